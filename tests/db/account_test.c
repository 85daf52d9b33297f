/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/account.h"

#include <time.h>

#include "lib/file.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static const char *const password = "correct horse 电池";

static void write_text(const char *path, const char *text)
{
	struct error err;
	if (file_write_atomic(path, text, strlen(text), &err))
		ok(false, "write %s: %s", path, err.text);
}

static void test_roles(void)
{
	enum role role;
	is(role_parse("auditor", &role), 0, "a role by its word");
	is(role, ROLE_AUDITOR, "it is the right one");
	is(role_parse("boss", &role), ERR_INVALID, "an unknown role is refused");
	ok(!role_sees_patients(ROLE_SUPPORT) && !role_writes(ROLE_AUDITOR) &&
	           role_administers(ROLE_DOCTOR),
	   "what roles may do");
}

static void test_create(const char *dir, char recovery[RECOVERY_CODE_BYTES], struct session *doctor)
{
	struct session other;
	struct error err;
	is(account_create(dir, "Doctor Li", "李医生", ROLE_DOCTOR, password, recovery, doctor, &err),
	   ERR_INVALID, "a login name with capitals and a space is refused");
	is(account_create(dir, "li", "李医生", ROLE_DOCTOR, "1234567", recovery, doctor, &err),
	   ERR_INVALID, "seven characters are no password");
	is(account_create(dir, "li", "李医生", ROLE_NURSE, password, recovery, doctor, &err),
	   ERR_INVALID, "the first operator must administer");
	is(account_create(dir, "li", "李医生", ROLE_DOCTOR, password, recovery, doctor, &err), 0,
	   "the first operator");
	is_text(doctor->display_name, "李医生", "the session knows the full name");
	is((long long)strlen(recovery), 39, "eight groups of four digits");
	is(account_create(dir, "wang", "", ROLE_DOCTOR, password, recovery, &other, &err),
	   ERR_EXISTS, "no second first operator");
}

static void test_unlock(const char *dir, const struct session *doctor)
{
	struct session session;
	struct error err;
	is(account_unlock(dir, "li", password, &session, &err), 0, "unlock");
	ok(crypto_equal(session.master, doctor->master, CRYPTO_KEY_BYTES), "the same master key");
	is(session.role, ROLE_DOCTOR, "the role");
	session_end(&session);
	ok(session.master[0] == 0 && session.operator_name[0] == 0, "session_end() wipes");
	is(account_unlock(dir, "li", "correct horse", &session, &err), ERR_AUTH, "wrong password");
	is_text(err.text, "wrong operator or password", "says no more than that");
	is(account_unlock(dir, "nobody", password, &session, &err), ERR_AUTH, "unknown operator");
	is_text(err.text, "wrong operator or password", "and the same for it");
	ok(session.master[0] == 0, "no key comes with a refusal");
	is(account_unlock(scratch_path("nowhere"), "li", password, &session, &err), ERR_NOTFOUND,
	   "no store");
	is(account_unlock(dir, "li", password, &session, &err), 0, "a right try ends the row");
	session_end(&session);
}

static void test_operators(const char *dir, const struct session *doctor)
{
	struct arena arena = ARENA_INIT;
	const struct account *list;
	struct session nurse;
	struct error err;
	size_t n;
	is(account_add(dir, doctor, "zhao", "赵护士", ROLE_NURSE, "password-2", &err), 0, "add a nurse");
	is(account_add(dir, doctor, "zhao", "x", ROLE_NURSE, "password-2", &err), ERR_EXISTS,
	   "not twice");
	is(account_unlock(dir, "zhao", "password-2", &nurse, &err), 0, "the nurse unlocks");
	ok(crypto_equal(nurse.master, doctor->master, CRYPTO_KEY_BYTES), "the same master key");
	is(account_add(dir, &nurse, "xu", "x", ROLE_NURSE, "password-3", &err), ERR_DENIED,
	   "a nurse adds nobody");
	is(account_set_password(dir, &nurse, "li", "password-3", &err), ERR_DENIED,
	   "nor changes the doctor's password");
	is(account_set_password(dir, &nurse, "zhao", "password-4", &err), 0, "but the own one");
	is(account_unlock(dir, "zhao", "password-2", &nurse, &err), ERR_AUTH, "the old one is dead");
	is(account_unlock(dir, "zhao", "password-4", &nurse, &err), 0, "the new one works");
	is(account_disable(dir, doctor, "zhao", true, &err), 0, "disable the nurse");
	is(account_unlock(dir, "zhao", "password-4", &nurse, &err), ERR_AUTH, "she does not get in");
	is(account_disable(dir, doctor, "li", true, &err), ERR_DENIED,
	   "the last administrator stays");
	is(account_list(dir, &arena, &list, &n, &err), 0, "list without a password");
	is((long long)n, 2, "two operators");
	ok(n == 2 && list[1].disabled && !list[0].disabled, "one of them disabled");
	is_text(n == 2 ? list[1].display_name : NULL, "赵护士", "with her full name");
	is(account_disable(dir, doctor, "zhao", false, &err), 0, "enable again");
	is(account_unlock(dir, "zhao", "password-4", &nurse, &err), 0, "she gets in");
	session_end(&nurse);
	arena_free(&arena);
}

static void test_recovery(const char *dir, const char *recovery, const struct session *doctor)
{
	char typed[RECOVERY_CODE_BYTES + 8], *p = typed;
	struct session session;
	struct error err;
	for (const char *c = recovery; *c; c++) /* as people copy from paper */
		if (*c != '-')
			*p++ = *c == '0' ? 'o' : *c == '1' ? 'l' : *c >= 'A' ? (char)(*c + 32) : *c;
	*p = '\0';
	is(account_unlock_recovery(dir, typed, &session, &err), 0, "the recovery code as typed");
	ok(crypto_equal(session.master, doctor->master, CRYPTO_KEY_BYTES), "gives the master key");
	is(account_set_password(dir, &session, "li", "new password", &err), 0,
	   "and allows a new password");
	is(account_unlock(dir, "li", "new password", &session, &err), 0, "which works");
	is(account_set_password(dir, &session, "li", password, &err), 0, "set back");
	typed[3] = typed[3] == 'a' ? 'b' : 'a';
	is(account_unlock_recovery(dir, typed, &session, &err), ERR_INVALID,
	   "a mistyped code is called mistyped");
	is(account_unlock_recovery(dir, "", &session, &err), ERR_INVALID, "so is an empty one");
	is(account_unlock_recovery(dir, "0000-0000-0000-0000-0000-0000-0000-0000-0", &session, &err),
	   ERR_INVALID, "so is a long one");
}

static void test_tries(const char *dir)
{
	struct session session;
	struct error err;
	char text[64];
	for (int i = 0; i < 5; i++)
		is(account_unlock(dir, "li", "wrong again", &session, &err), ERR_AUTH, "a wrong try");
	is(account_unlock(dir, "li", password, &session, &err), ERR_BUSY,
	   "after five even the right one waits");
	ok(strstr(err.text, "seconds") != NULL, "and says how long: %s", err.text);
	snprintf(text, sizeof text, "5 %lld\n", (long long)time(NULL) - 31);
	write_text(scratch_path("a/tries"), text);
	is(account_unlock(dir, "li", password, &session, &err), 0, "31 seconds later it works");
	ok(!file_exists(scratch_path("a/tries")), "and the count is gone");
	write_text(scratch_path("a/tries"), "nonsense");
	is(account_unlock(dir, "li", password, &session, &err), 0, "a damaged count locks nobody out");
	session_end(&session);
}

static void test_damage(const char *dir)
{
	struct session session;
	struct buf text = BUF_INIT;
	struct error err;
	char *role;
	is(file_read(scratch_path("a/keys"), 1 << 16, &text, &err), 0, "read the file of operators");
	buf_reserve(&text, 16);
	buf_text(&text);
	ok(strstr((char *)text.data, password) == NULL, "no password in it");
	write_text(scratch_path("a/keys"), "xiangyi-keys 1\ncut");
	is(account_unlock(dir, "li", password, &session, &err), 0, "a damaged file: the copy serves");
	unlink(scratch_path("a/keys"));
	is(account_unlock(dir, "li", password, &session, &err), 0, "a missing one too");
	role = strstr((char *)text.data, "zhao nurse");
	ok(role != NULL, "the nurse's line");
	if (role) { /* a nurse who makes herself a doctor, with a right sum */
		uint8_t sum[16];
		char hex[33], *end;
		memmove(role + 11, role + 10, strlen(role + 10) + 1);
		memcpy(role, "zhao doctor", 11);
		end = strstr((char *)text.data, "\nsum ") + 1;
		crypto_hash_data(sum, sizeof sum, text.data, (size_t)(end - (char *)text.data), NULL);
		hex_encode(hex, sum, sizeof sum);
		memcpy(end + 4, hex, 32);
		write_text(scratch_path("a/keys"), (char *)text.data);
		write_text(scratch_path("a/keys.bak"), (char *)text.data);
		is(account_unlock(dir, "zhao", "password-4", &session, &err), ERR_CORRUPT,
		   "a changed role is noticed");
	}
	write_text(scratch_path("a/keys"), "xiangyi-keys 2\n");
	write_text(scratch_path("a/keys.bak"), "xiangyi-keys 2\n");
	is(account_unlock(dir, "li", password, &session, &err), ERR_VERSION, "a newer version");
	buf_free(&text);
}

int main(void)
{
	char recovery[RECOVERY_CODE_BYTES];
	struct session doctor;
	struct error err;
	const char *dir;
	scratch_begin();
	is(crypto_init(&err), 0, "crypto");
	dir = scratch_path("a");
	is(file_make_dirs(dir, 0700, &err), 0, "folder");
	dir = strdup(dir);
	test_roles();
	test_create(dir, recovery, &doctor);
	test_unlock(dir, &doctor);
	test_operators(dir, &doctor);
	test_recovery(dir, recovery, &doctor);
	test_tries(dir);
	test_damage(dir);
	free((void *)(uintptr_t)dir);
	return done_testing();
}
