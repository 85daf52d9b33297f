# The files of care/; what it may include is said in HACKING.
noinst_LIBRARIES += care/libcare.a
care_libcare_a_SOURCES = \
	care/audit.c \
	care/board.c \
	care/care.h \
	care/cases.c \
	care/chronic.c \
	care/chronic.h \
	care/condition_text.c \
	care/condition_text.h \
	care/duty.c \
	care/duty.h \
	care/duty_table.c \
	care/event.c \
	care/event.h \
	care/event_read.h \
	care/fact.c \
	care/fact.h \
	care/fact_table.c \
	care/indicator.h \
	care/indicator_set.c \
	care/judge.c \
	care/low_income.c \
	care/low_income.h \
	care/norm.c \
	care/norm.h \
	care/norm_rules.c \
	care/period.c \
	care/programme.h \
	care/programme_chronic.c \
	care/programme_contract.c \
	care/programme_referral.c \
	care/programme_screening.c \
	care/register.c \
	care/registration.c \
	care/registration.h \
	care/scope.c \
	care/scope.h \
	care/standing.c \
	care/summary.c \
	care/tally.c \
	care/tally.h \
	care/variable.h \
	care/variable_event.c \
	care/variable_resident.c \
	care/why.c
