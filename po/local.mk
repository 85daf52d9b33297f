# The translations. The catalogues are plain msgfmt output: po/zh_CN.po is edited by hand (or by
# "make update-po") and po/locale/ in the build tree has the shape that gettext looks for.
PO_CATALOGUE = po/locale/zh_CN/LC_MESSAGES/xiangyi.mo
EXTRA_DIST += po/POTFILES.in po/zh_CN.po
CLEANFILES += $(PO_CATALOGUE) po/xiangyi.pot po/zh_CN.new.po
zh_localedir = $(localedir)/zh_CN/LC_MESSAGES
zh_locale_DATA = $(PO_CATALOGUE)

XGETTEXT_FLAGS = --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --keyword=ngettext:1,2 \
	--no-location --sort-output --package-name=xiangyi --copyright-holder='the authors of Xiangyi'

$(PO_CATALOGUE): $(srcdir)/po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) --check -o $@ $(srcdir)/po/zh_CN.po

po/xiangyi.pot: always
	$(AM_V_GEN)$(MKDIR_P) po && $(XGETTEXT) $(XGETTEXT_FLAGS) --directory=$(srcdir) \
		--files-from=$(srcdir)/po/POTFILES.in --force-po -o $@

# Take new texts of the sources into po/zh_CN.po; what has no translation yet is left empty.
update-po: po/xiangyi.pot
	$(AM_V_GEN)$(MSGMERGE) --no-fuzzy-matching --sort-output --no-location -o po/zh_CN.new.po \
		$(srcdir)/po/zh_CN.po po/xiangyi.pot && \
	msgattrib --no-obsolete --sort-output --no-location po/zh_CN.new.po | \
	sed '/^"POT-Creation-Date:/d; /^"Report-Msgid-Bugs-To:/d' >po/zh_CN.po.tmp && \
	mv po/zh_CN.po.tmp $(srcdir)/po/zh_CN.po

.PHONY: always update-po
