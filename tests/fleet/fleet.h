/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fleet: villages, townships and a county that exchange sticks, on the real code of db/, sync/, form/ and lib/
 * with invented disks, clocks, random numbers and bad luck. One seed is one run, the same each time.
 *
 *   world.c  who is there, opening and closing, ends of processes and power cuts
 *   facts.c  every entry that was ever saved, and who must have it
 *   fault.c  where an action is interrupted
 *   save.c   saving
 *   act.c    exporting, merging, importing, enrolling
 *   office.c what townships and the county decide: moves, grants, links, blocks of keys
 *   forge.c  files that somebody else made: under other keys, of other places
 *   luck.c   sticks that get lost, swapped and damaged; copies, restores, clones, clocks
 *   step.c   which of these comes next
 *   carried.c  whether villages have the history of whom they have
 *   rest.c   the exchange until nothing is left to send, and what must hold then
 *   model.c  what the records must look like: a second implementation of the rules
 *   rights.c who may write what, by that implementation
 *   bugs.c   known bugs, put back in on demand (ld --wrap)
 */
#ifndef TESTS_FLEET_FLEET_H
#define TESTS_FLEET_FLEET_H

#include "db/store_int.h"
#include "lib/paper.h"
#include "sync/sync.h"
#include "tests/fleet/disk.h"

enum { MACHINES_MAX = 64, STICKS_MAX = 48, IMAGES_MAX = 16, FACTS_MAX = 1 << 12, PATH_BYTES = 128 };

enum { /* of data/forms */
	TAG_VISIT_DATE = 16, /* of hypertension_visit: the only field here whose values are judged */
	TAG_LINK_OTHER = 16, TAG_LINK_RELATION = 17, TAG_LINK_REASON = 18,
	TAG_TRANSFER_FROM = 16, TAG_TRANSFER_TO = 17, TAG_TRANSFER_REASON = 19,
	TAG_GRANT_REGION = 16, TAG_GRANT_REASON = 17,
	TAG_RECEIPT_TRANSFER = 16, TAG_RECEIPT_SIDE = 17,
};

struct fact { /* an entry that someone saved */
	struct version version;
	struct span canonical;
	struct entry entry;
	size_t number;
};

struct fact_set { uint64_t bits[FACTS_MAX / 64]; };

static inline bool fact_in(const struct fact_set *set, size_t number)
{
	return set->bits[number / 64] >> number % 64 & 1;
}
static inline void fact_add(struct fact_set *set, size_t number)
{
	set->bits[number / 64] |= UINT64_C(1) << number % 64;
}

enum { WISHES_MAX = 3, WISH_FIELDS_MAX = 4 };

struct wish { /* a change as the person asked for it */
	uint8_t device[DEVICE_ID_BYTES]; /* it was to be saved under */
	const char *form;
	struct { uint32_t tag; struct span value; } fields[WISH_FIELDS_MAX];
	size_t n_fields;
	bool more;                  /* the program adds fields of its own */
};

struct machine {
	char name[16], dir[PATH_BYTES], region[REGION_BYTES];
	enum level level;
	size_t number, above;       /* above: the machine of the level above; itself: none */
	struct disk *disk;
	struct store *store;        /* NULL: closed */
	struct session session;
	int64_t clock;              /* its clock minus the world's, s */
	bool newer;                 /* a later version of the program: fields and forms that others do not know */
	struct fact_set must;       /* what it has, by its own word */
	uint64_t seen_commits;      /* of the store when must was last compared */
	struct wish wishes[WISHES_MAX]; /* saved without an answer: may be there or not */
	size_t n_wishes;
	bool set_back;              /* put back from a copy at least once */
	char reader[PAPER_CODE_BYTES]; /* the recovery key that an office drew last, "" none */
	bool heard;                 /* at rest: an answer of the level above was taken over */
	unsigned n_said;            /* blocks and lifts that an office put in its keyring, by its own word */
};

struct carrier {
	char dir[PATH_BYTES];
	struct disk *disk;
	bool damaged;               /* its files may be broken */
	size_t carried;             /* number of the township that its village belongs to */
};

struct image { /* a copy of a machine's folder */
	char dir[PATH_BYTES];
	size_t machine;
	uint64_t folder;            /* number of the folder that was copied */
	struct fact_set must;
	struct wish wishes[WISHES_MAX];
	size_t n_wishes;
};

/* X(NAME, word): counted over all seeds, so that a fault that never happens is seen. */
#define FIGURE_LIST(X)                                                                             \
	X(SAVED, "saved") X(EXPORTED, "exported") X(MERGED, "merged") X(IMPORTED, "imported")      \
	X(ENDED, "processes ended") X(POWER, "power cuts") X(RESTORED, "restores") X(CLONED, "clones") \
	X(RENEWED, "renewals") X(CONFLICTS, "conflicts") X(QUARANTINED, "quarantined") X(FORKS, "forks") \
	X(REFUSED, "refused files") X(FULL, "full disks") X(RETURNED, "given back") X(MOVED, "moves and grants") \
	X(RECEIPTS, "receipts of moves") X(LINKED, "links") X(BLOCKED, "blocks") X(LIFTED, "lifts") \
	X(REBUILT, "rebuilt") X(READ, "opened with a recovery key") X(ROTATED, "box keys replaced")  \
	X(DESTROYED, "destroyed") X(FORGED, "forged files") X(PIECES, "files in pieces")
#define FIGURE_ENUM(name, word) FIGURE_##name,
enum figure { FIGURE_LIST(FIGURE_ENUM) FIGURE_N };
#undef FIGURE_ENUM

enum kind { KIND_OPEN, KIND_SAVE, KIND_EXPORT, KIND_MERGE, KIND_IMPORT, KIND_N }; /* of actions that are interrupted */

struct fleet {
	uint64_t seed;
	struct draw draw;
	bool trace;
	unsigned step, n_steps;
	int64_t now;                /* the world's clock, s since 1970 */
	const struct form_set *forms;
	struct machine machines[MACHINES_MAX];
	size_t n_machines;
	bool moves;                 /* residents move and are linked; their derived tables are kept */
	struct draw trial;          /* of what follows: a story without it is the same as before it was drawn at all */
	bool tried;                 /* files are forged, and offices replace the keys that bundles are sealed for */
	struct carrier sticks[STICKS_MAX];
	size_t n_sticks;
	struct image images[IMAGES_MAX];
	size_t n_images;
	struct fact *facts;
	size_t n_facts;
	uint32_t *fact_slots;
	struct arena arena;         /* of one action */
	struct arena entries;       /* of the facts */
	uint64_t calls[KIND_N], commits[KIND_N]; /* of the last action of each kind: where to interrupt the next */
	struct error err;
	bool broken;
	char why[600];              /* the invariant that broke */
	uint64_t figures[FIGURE_N];
};

/* Note the first broken invariant; the run ends after this step. */
void fleet_broken(struct fleet *fleet, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fleet_trace(struct fleet *fleet, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- world.c --- */

/* Draw a world, make its stores and enrol them. */
void fleet_begin(struct fleet *fleet, uint64_t seed, const struct form_set *forms);
void fleet_end(struct fleet *fleet);
/* One more machine with its disk. */
struct machine *machine_new(struct fleet *fleet, enum level level, const char *region, size_t above);
bool machine_make_store(struct fleet *fleet, struct machine *machine);
/* A process of this machine begins: its clock counts. */
void machine_begins(struct fleet *fleet, struct machine *machine);
/* Open its store unless it is open, and compare it with what it must have. */
bool machine_open(struct fleet *fleet, struct machine *machine);
void machine_close(struct fleet *fleet, struct machine *machine);
/* The process ended by itself or was ended; in the latter case the store is closed and true returned.
 * power: the disk lost its power with it, and so did stick (may be NULL). */
bool machine_ended(struct fleet *fleet, struct machine *machine, bool power, struct carrier *stick);

struct carrier *stick_new(struct fleet *fleet);
/* Copies of folders as they stand. */
bool tree_copy(struct fleet *fleet, const char *from, const char *to);
bool tree_remove(struct fleet *fleet, const char *path);
/* One of all; one that belongs to a level above, mostly a village; the one above a machine. */
struct machine *any_machine(struct fleet *fleet);
struct machine *any_below(struct fleet *fleet);
struct machine *any_village(struct fleet *fleet);
struct carrier *any_stick(struct fleet *fleet);
static inline struct machine *machine_above(struct fleet *fleet, const struct machine *machine)
{
	return &fleet->machines[machine->above];
}
static inline bool has_above(const struct machine *machine)
{
	return machine->above != machine->number;
}

/* --- facts.c --- */

struct fact *fact_find(const struct fleet *fleet, const struct version *version);
/* Compare the open store with what it must have; from then on it must have all that it has. */
void machine_observe(struct fleet *fleet, struct machine *machine);
/* Whether the store holds exactly the facts of the set. */
void machine_holds(struct fleet *fleet, struct machine *machine, struct fact_set *out);

/* --- fault.c --- */

struct luck {
	bool power;
	struct carrier *stick;
};
/* An export asks for more room than it will need. */
static inline bool stick_is_tight(const struct carrier *stick)
{
	return stick->disk->used + (UINT64_C(512) << 10) > stick->disk->capacity;
}
/* Choose where this action is interrupted: somewhere along what the last one of its kind did. */
struct luck fault_draw(struct fleet *fleet, enum kind kind, struct carrier *stick, bool bad_luck);
/* After the action: true when its process was ended. */
bool fault_settle(struct fleet *fleet, struct machine *machine, enum kind kind, const struct luck *luck);
/* Begin, and open the store unless it is open; that can be interrupted, too. */
bool fault_begin(struct fleet *fleet, struct machine *machine, bool bad_luck);
/* What a full disk and a bad stick may do, besides the codes given; else the run is broken. */
bool fault_allow(struct fleet *fleet, const struct machine *machine, const char *what, int code, bool io,
                 const int *codes);
bool fault_is_full(const struct machine *machine);

/* --- save.c --- */

/* A record that the open store has, of a form (NULL: of any); 0 when a few tries find none. */
rid_t pick_record(struct fleet *fleet, struct machine *machine, const char *form);
/* One more entry that the machine is about to be asked for; n_wishes is 0 before the first. */
struct wish *wish_new(struct machine *machine, const char *form);
/* The saving came to an end: compare with the wishes. True when it was done. */
bool saved(struct fleet *fleet, struct machine *machine, const struct luck *luck, int code);

/* --- act.c --- */

/* bad_luck: whether the process may end or a disk fail on the way. */
void act_save(struct fleet *fleet, struct machine *machine, bool bad_luck);
void act_export(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck);
/* False: it was interrupted. */
bool act_merge(struct fleet *fleet, struct machine *township, struct carrier *stick, bool bad_luck);
/* An answer for a place below without a bundle of its. */
void act_reply(struct fleet *fleet, struct machine *office, const struct machine *below, struct carrier *stick);
bool act_import(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck);
/* Carry the request up and the answer down, unless the machine is a member already. */
void act_enrol(struct fleet *fleet, struct machine *machine);
bool machine_is_member(struct fleet *fleet, struct machine *machine);

/* --- office.c --- */

/* An office decides something: who belongs where, who is who, whose key does not count. */
void act_office(struct fleet *fleet);
/* An office replaces the key that bundles are sealed for, or destroys the secrets whose time is over. */
void act_rotate(struct fleet *fleet);
/* A bundle that was made after a recovery key was heard of opens with it. */
void office_check_reader(struct fleet *fleet, const struct machine *below, const struct carrier *stick);
/* At rest their word on keys must be in force at every place that hears it. */
void offices_check(struct fleet *fleet);

/* --- forge.c --- */

/* A file that no store made comes to lie on the stick. */
void act_forge(struct fleet *fleet, const struct carrier *stick);

/* --- carried.c --- */

/* An entry that a village should have because it has the resident, NULL: it has all. */
const struct fact *carried_lacks(struct fleet *fleet, const struct machine *village);
/* Who sends nothing is not answered: villages that lack something are answered by hand. True when any did. */
bool carried_answer(struct fleet *fleet, struct carrier *stick);
void carried_check(struct fleet *fleet, const struct machine *village);

/* --- luck.c, step.c, rest.c, model.c --- */

/* A file comes to another stick in two pieces, and is merged after each. */
void act_piecewise(struct fleet *fleet);
/* All that is on it is gone. */
void stick_lost(struct fleet *fleet, struct carrier *stick);
/* A village gets hold of an entry that another place wrote and the level above has. */
bool machine_gets(struct fleet *fleet, struct machine *village, const struct fact *fact);

void luck_strikes(struct fleet *fleet);
void fleet_step(struct fleet *fleet);
void fleet_rest(struct fleet *fleet);
/* The states, conflicts and verdicts that the held facts must give at this machine. */
void model_compare(struct fleet *fleet, struct machine *machine);

#endif
