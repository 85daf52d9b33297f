# The files of form/; what it may include is said in HACKING.
noinst_LIBRARIES += form/libform.a
form_libform_a_SOURCES = \
	form/entry.c \
	form/entry.h \
	form/expr.h \
	form/expr_eval.c \
	form/expr_function.c \
	form/expr_node.h \
	form/expr_parse.c \
	form/form.h \
	form/idno.c \
	form/idno.h \
	form/number.c \
	form/number.h \
	form/rules.c \
	form/rules.h \
	form/rules_set.h \
	form/values.h
