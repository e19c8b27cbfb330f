// Every page works without this file; it only makes some things quicker.
"use strict";

// Copy a link. Without scripts the link stands beside it as plain text.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("span");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; // The browser said no; the link can still be marked and copied by hand.
    }
    label.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}

// Only one menu is open at a time; Escape and a click elsewhere close it.
const menus = [...document.querySelectorAll("details.menu")];
function closeMenus(except) {
  for (const menu of menus) if (menu !== except) menu.open = false;
}
for (const menu of menus) {
  menu.addEventListener("toggle", () => { if (menu.open) closeMenus(menu); });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = menus.find((menu) => menu.open);
  closeMenus(null);
  if (open) open.querySelector("summary").focus();
});

// Offer the time zone of this device where a zone can be typed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const button of document.querySelectorAll("[data-zone-for]")) {
  const field = document.getElementById(button.dataset.zoneFor);
  if (!zone || !field || field.value === zone) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    field.value = zone;
    button.hidden = true;
    field.focus();
  });
}

// When the start of a new event moves, its end moves along.
const start = document.getElementById("start");
const end = document.getElementById("end");
if (start && end) {
  let last = Date.parse(`${start.value}Z`);
  start.addEventListener("change", () => {
    const now = Date.parse(`${start.value}Z`);
    const until = Date.parse(`${end.value}Z`);
    if (!Number.isNaN(now) && !Number.isNaN(last) && !Number.isNaN(until)) {
      end.value = new Date(until + now - last).toISOString().slice(0, 16);
    }
    if (!Number.isNaN(now)) last = now;
  });
}

// A second click on the same button sends nothing more.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// A page that the browser kept for "back" must be usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function announce(words) {
  const place = document.querySelector("[aria-live]");
  if (!place) return;
  const line = document.createElement("p");
  line.className = "unseen";
  line.textContent = words;
  place.append(line);
}
