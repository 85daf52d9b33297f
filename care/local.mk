# The files of care/; what it may include is said in HACKING.
noinst_LIBRARIES += care/libcare.a
care_libcare_a_SOURCES = \
	care/care.h
