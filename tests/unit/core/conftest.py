"""Settings of the property tests of this folder."""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of a rule.
settings.register_profile("rules", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rules")
