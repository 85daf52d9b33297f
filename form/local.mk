# The files of form/; what it may include is said in HACKING.
noinst_LIBRARIES += form/libform.a
form_libform_a_SOURCES = \
	form/entry.c \
	form/entry.h \
	form/expr.h \
	form/form.h \
	form/idno.c \
	form/idno.h \
	form/rules.h \
	form/values.h
