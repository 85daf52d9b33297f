# The files of doc/.
dist_doc_DATA += doc/bundle.md doc/forms.md
dist_man_MANS += doc/xiangyi.1 doc/xiangyi-admin.1 doc/xiangyi-merge.1 doc/xiangyi-sync.1
