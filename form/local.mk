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
	form/form.c \
	form/form.h \
	form/idno.c \
	form/idno.h \
	form/lint.c \
	form/lint.h \
	form/lint_core.h \
	form/lint_range.c \
	form/load.c \
	form/load.h \
	form/load_expr.c \
	form/load_files.c \
	form/load_lists.c \
	form/load_survey.c \
	form/lock.c \
	form/lock.h \
	form/number.c \
	form/number.h \
	form/print.c \
	form/print.h \
	form/rules.c \
	form/rules.h \
	form/rules_set.h \
	form/stored.c \
	form/stored.h \
	form/value_type.c \
	form/value_type.h \
	form/values.c \
	form/values.h \
	form/values_check.c \
	form/values_codec.c \
	form/values_core.h
