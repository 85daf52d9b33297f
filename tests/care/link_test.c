/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links are edges: whatever was said of anybody and taken back, the view before it is there again, byte for byte. */
#include "config.h"
#include "care/link.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

enum { N_PEOPLE = 9, N_OPS = 60 };

static rid_t people[N_PEOPLE];
static int relation[N_PEOPLE][N_PEOPLE]; /* what is in force, a < b */
static uint64_t seed = 11;

static unsigned draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static int number_of(rid_t rid)
{
	int i = 0;

	while (i < N_PEOPLE && people[i] != rid)
		i++;
	return i;
}

/* All records but links, and who stands with whom. */
static void view(uint8_t out[CRYPTO_HASH_BYTES])
{
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;

	for (int i = 0; i < N_PEOPLE; i++) {
		struct record *records;
		struct cluster cluster;
		size_t n;
		if (store_records_of(store, people[i], NULL, &arena, &records, &n, &err) ||
		    care_cluster_of(store, people[i], &arena, &cluster, &err)) {
			ok(false, "read: %s", err.text);
			break;
		}
		for (size_t r = 0; r < n; r++) {
			if (!strcmp(records[r].form, "link"))
				continue;
			buf_put_u64(&bytes, records[r].id);
			buf_put_u8(&bytes, records[r].retired);
			for (size_t f = 0; f < records[r].n_fields; f++)
				buf_put(&bytes, records[r].fields[f].leaves[0].value.data,
				        records[r].fields[f].leaves[0].value.len_bytes);
		}
		uint32_t members = 0;
		for (size_t m = 0; m < cluster.n; m++)
			members |= UINT32_C(1) << number_of(cluster.members[m]);
		buf_put_u32(&bytes, members);
		arena_reset(&arena);
	}
	crypto_hash_data(out, CRYPTO_HASH_BYTES, bytes.data, bytes.len_bytes, NULL);
	buf_free(&bytes);
	arena_free(&arena);
}

static uint32_t reach(int from)
{
	uint32_t members = UINT32_C(1) << from, before;

	do {
		before = members;
		for (int a = 0; a < N_PEOPLE; a++)
			for (int b = a + 1; b < N_PEOPLE; b++)
				if (relation[a][b] == LINK_SAME && (members & (UINT32_C(1) << a | UINT32_C(1) << b)))
					members |= UINT32_C(1) << a | UINT32_C(1) << b;
	} while (members != before);
	return members;
}

static unsigned wrong_clusters(void)
{
	struct arena arena = ARENA_INIT;
	unsigned wrong = 0;

	for (int i = 0; i < N_PEOPLE; i++) {
		struct cluster cluster;
		uint32_t members = 0;
		bool contradicted = false;
		care_cluster_of(store, people[i], &arena, &cluster, &err);
		for (size_t m = 0; m < cluster.n; m++)
			members |= UINT32_C(1) << number_of(cluster.members[m]);
		for (int a = 0; a < N_PEOPLE; a++)
			for (int b = a + 1; b < N_PEOPLE; b++)
				contradicted |= relation[a][b] == LINK_NOT_SAME && (members >> a & 1) && (members >> b & 1);
		wrong += members != reach(i) || contradicted != cluster.contradicted;
		arena_reset(&arena);
	}
	arena_free(&arena);
	return wrong;
}

static bool say(int a, int b, enum link_relation what)
{
	int low = a < b ? a : b, high = a < b ? b : a;
	int code = care_link(store, people[a], people[b], what, "试验", &err);

	if (a == b)
		return code == ERR_INVALID;
	if (relation[low][high])
		return code == ERR_EXISTS;
	relation[low][high] = what;
	return code == 0;
}

static bool take_back(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;
	int code = care_unlink(store, people[a], people[b], "试验", &err);

	if (a == b)
		return code == ERR_INVALID;
	if (!relation[low][high])
		return code == ERR_NOTFOUND;
	relation[low][high] = 0;
	return code == 0;
}

static void test_random(void)
{
	unsigned refused = 0, wrong = 0, different = 0;

	for (int op = 0; op < N_OPS; op++) {
		int a = (int)draw(N_PEOPLE), b = (int)draw(N_PEOPLE);
		unsigned dice = draw(100);
		refused += dice < 45 ? !say(a, b, LINK_SAME) : dice < 60 ? !say(a, b, LINK_NOT_SAME) : !take_back(a, b);
		wrong += wrong_clusters();
	}
	is(refused, 0, "what may be said is taken, what may not is refused");
	is(wrong, 0, "clusters are what the links in force make of them");

	for (int round = 0; round < 8; round++) {
		uint8_t before[CRYPTO_HASH_BYTES], after[CRYPTO_HASH_BYTES];
		int said[6][2], n = 0;
		view(before);
		for (int tries = 0; tries < 6; tries++) {
			int a = (int)draw(N_PEOPLE), b = (int)draw(N_PEOPLE);
			if (a == b || relation[a < b ? a : b][a < b ? b : a] || !say(a, b, draw(4) ? LINK_SAME : LINK_NOT_SAME))
				continue;
			said[n][0] = a;
			said[n++][1] = b;
		}
		while (n) { /* in any order, named from either side */
			int i = (int)draw((unsigned)n--), side = (int)draw(2);
			take_back(said[i][side], said[i][!side]);
			said[i][0] = said[n][0];
			said[i][1] = said[n][1];
		}
		view(after);
		different += memcmp(before, after, sizeof(before)) != 0;
	}
	is(different, 0, "taking back restores the view before, byte for byte");
}

static void test_refusals(void)
{
	rid_t visit_id = visit(people[0], "2026-02-01", "130", "80");

	is(care_link(store, people[0], visit_id, LINK_SAME, "x", &err), ERR_INVALID, "a visit is no resident");
	is(care_link(store, people[0], people[1], LINK_SAME, "", &err), ERR_INVALID, "a link needs a reason");
	is(care_unlink(store, people[0], visit_id, "x", &err), ERR_INVALID, "nor can it be unlinked");
}

int main(void)
{
	char name[64];

	scratch_begin();
	forms = scene_forms();
	if (!make_store(scratch_path("T"), "示范镇卫生院", "430599101"))
		return 99;
	for (int i = 0; i < N_PEOPLE; i++) {
		snprintf(name, sizeof(name), "居民%c", 'A' + i);
		people[i] = SAVE("resident", 0, 0, "name", name, "sex", "1", "birth_date", "1970-05-01");
		visit(people[i], "2026-02-01", "130", "80");
	}
	test_refusals();
	test_random();
	store_close(store);
	if (!make_store(scratch_path("A"), "甲村卫生室", "430599101201"))
		return 99;
	rid_t a = SAVE("resident", 0, 0, "name", "甲"), b = SAVE("resident", 0, 0, "name", "乙");
	is(care_link(store, a, b, LINK_SAME, "x", &err), ERR_DENIED, "a village does not decide who is one person");
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
