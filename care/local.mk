# The files of care/; what it may include is said in HACKING.
noinst_LIBRARIES += care/libcare.a
care_libcare_a_SOURCES = \
	care/audit.c \
	care/care.h \
	care/duty.c \
	care/duty.h \
	care/duty_table.c \
	care/fact.c \
	care/fact.h \
	care/fact_table.c \
	care/hypertension.c \
	care/hypertension.h \
	care/indicator4.c \
	care/indicator4.h \
	care/indicator4_table.c \
	care/indicator4_text.c \
	care/register.c \
	care/summary.c
