/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of one person: a link is an entry of the form "link" under one of two residents, naming the other one. Nothing
 * is ever re-pointed. Residents joined by links in force ("same"), less those said to be two people, make a cluster; taking
 * a link back restores the view before it exactly, because there was nothing to undo.
 */
#ifndef CARE_LINK_H
#define CARE_LINK_H

#include "db/derive.h"

enum { CLUSTER_MAX = 64 };

enum link_relation { LINK_SAME = 1, LINK_NOT_SAME = 2 }; /* codes of the form */

/* The derived table behind it. */
int link_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err);

/* Forms that only the level above writes, by its own commands and screens: not in any menu. */
bool care_is_office_form(const char *form);

struct link_edge {
	rid_t a, b;     /* residents */
	rid_t link;     /* the record that says so */
	enum link_relation relation;
};
/* All links in force of one resident, from both sides; in arena. */
int care_links_of(struct store *store, rid_t resident, struct arena *arena, struct link_edge **out, size_t *n,
                  struct error *err);
/* All links in force. */
int care_links_each(struct store *store, bool (*each)(void *arg, const struct link_edge *edge), void *arg,
                    struct error *err);

struct cluster {
	const rid_t *members; /* the asked one first, at most CLUSTER_MAX */
	size_t n;
	bool contradicted;    /* two of its members are said to be two people: a person has to look */
};
int care_cluster_of(struct store *store, rid_t resident, struct arena *arena, struct cluster *out,
                    struct error *err);

/* Say that two residents are one person, or are not; with a reason. ERR_DENIED in a village: identity is decided above.
 * ERR_EXISTS when that is said already or the contrary is in force; ERR_INVALID for one resident twice. */
int care_link(struct store *store, rid_t a, rid_t b, enum link_relation relation, const char *reason,
              struct error *err);
/* Take back all links between two residents. ERR_NOTFOUND when there is none. */
int care_unlink(struct store *store, rid_t a, rid_t b, const char *reason, struct error *err);

#endif
