# The files of doc/.
dist_doc_DATA += doc/bundle.md doc/forms.md doc/indicators.md
dist_man_MANS += doc/xiangyi.1 doc/xiangyi-admin.1 doc/xiangyi-merge.1 doc/xiangyi-sync.1

# Every form as it would lie on the table, printed from data/forms/ by "make update-forms", which also adds new
# tags to data/forms/tags.lock; tests/form/shipped.sh looks whether that was done.
EXTRA_DIST += doc/forms
update-forms: xiangyi-admin$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) ./xiangyi-admin form check --update-lock
	rm -f $(srcdir)/doc/forms/*.txt
	$(AM_TESTS_ENVIRONMENT) ./xiangyi-admin form print $(srcdir)/doc/forms
install-data-local:
	$(MKDIR_P) "$(DESTDIR)$(docdir)/forms"
	$(INSTALL_DATA) $(srcdir)/doc/forms/*.txt "$(DESTDIR)$(docdir)/forms"
uninstall-local:
	rm -rf "$(DESTDIR)$(docdir)/forms"
.PHONY: update-forms
EXTRA_DIST += doc/today.png
