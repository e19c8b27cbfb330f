"""The pages: sign in, connect, see, choose, disconnect; rendered here, and working without scripts.

`app.build` makes the whole of it from a `Door` (all that the pages ask for) and `WebSettings`.
A request travels `shell` (headers, id, last resort), `bounds` (host, size, rate), `entrance`
(session, role, origin, token) and then one function of `pages`.
"""
