#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Over a real OpenSSH server on 127.0.0.1 with a forced command: push, a line that is cut and resumed, several at once,
# hostile input. The server has its own configuration, host key and port in the scratch folder.
. "$srcdir/tests/cmd/sync_lib.sh"
command -v ssh >/dev/null && command -v ssh-keygen >/dev/null && [ -x /usr/sbin/sshd ] || {
	echo "1..0 # SKIP openssh-server or openssh-client is missing"
	exit 0
}
bin=$(cd "$builddir" && pwd)
ssh=$work/ssh server=
mkdir -m 700 "$ssh"
end()
{
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
	rm -rf "$work"
}
trap end EXIT

start_server() # on a free port; true when it listens
{
	ssh-keygen -q -t ed25519 -N '' -f "$ssh/host" && ssh-keygen -q -t ed25519 -N '' -f "$ssh/key" || return
	cat >"$ssh/forced" <<-END
		#!/bin/sh
		export XIANGYI_DATA='$XIANGYI_DATA' XIANGYI_HOST='$XIANGYI_HOST' XIANGYI_LOCALEDIR='$XIANGYI_LOCALEDIR' LC_ALL=C.UTF-8 LD_PRELOAD='$LD_PRELOAD' \
			ASAN_OPTIONS='$ASAN_OPTIONS' LSAN_OPTIONS='$LSAN_OPTIONS'
		exec '$bin/xiangyi-merge' receive --store '$T' --operator li --password-file '$work/pw' --idle 20
	END
	chmod +x "$ssh/forced"
	echo "command=\"$ssh/forced\",restrict $(cat "$ssh/key.pub")" >"$ssh/authorized_keys"
	for port in $(seq $((20000 + $$ % 20000)) $((20020 + $$ % 20000))); do
		cat >"$ssh/sshd_config" <<-END
			ListenAddress 127.0.0.1:$port
			HostKey $ssh/host
			AuthorizedKeysFile $ssh/authorized_keys
			PidFile none
			StrictModes no
			UsePAM no
			PasswordAuthentication no
			KbdInteractiveAuthentication no
		END
		/usr/sbin/sshd -D -e -f "$ssh/sshd_config" 2>"$ssh/server.log" &
		server=$!
		for _ in $(seq 200); do
			grep -q 'Server listening' "$ssh/server.log" && break 2
			kill -0 $server 2>/dev/null || break
			read -r -t 0.02 -u 9 || : # poll: the log is its only signal
		done
		kill $server 2>/dev/null
		server=
	done
	cat >"$ssh/config" <<-END
		Host township
			HostName 127.0.0.1
			Port $port
			User $(id -un)
			IdentityFile $ssh/key
			IdentitiesOnly yes
			UserKnownHostsFile $ssh/known_hosts
			StrictHostKeyChecking yes
	END
	echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$ssh/host.pub")" >"$ssh/known_hosts"
	[ -n "$server" ]
}
client() # NAME COMMAND...: a program that push runs as ssh
{
	printf '#!/bin/bash\n%s\n' "$2" >"$ssh/$1" && chmod +x "$ssh/$1"
	export XIANGYI_SSH=$ssh/$1
}
mkfifo "$work/never" && exec 9<>"$work/never"
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
start_server || { echo "1..0 # SKIP no SSH server can be started: $(tail -n 1 "$ssh/server.log")"; exit 0; }

make_places
client plain "exec ssh -F '$ssh/config' \"\$@\""
sync push --store "$A" 2>"$work/err"
is "$?:$(grep -c 'not known yet' "$work/err")" 2:1 "a host must be named once"
sync push --store "$A" -- -oProxyCommand=false 2>"$work/err"
is "$?:$(grep -c 'no name of a host' "$work/err")" 2:1 "a name that is an option is none"
sync push --store "$A" township >"$work/out"
is "$?:$(cat "$work/out")" "0:Nothing new: the level above holds everything" "nothing to send"
"$fixture" visits "$A" 20 30 1 && sync push --store "$A" township >"$work/out"
is "$?:$(grep -c '50 new entries there' "$work/out"):$(grep -c 'holds 50 entries, lacks 0' "$work/out")" 0:1:1 "push, merged there, receipt imported here"
"$fixture" visits "$A" 0 5 2 && is "$(sync push --store "$A" --json | value new)" 5 "the host is remembered"
is "$(find "$A/spool/out" "$T/spool/push" -type f | wc -l)" 0 "nothing is left in the spools"

# the line is cut after 300 bytes of the bundle: this connection's own ssh process is killed
"$fixture" visits "$A" 30 60 3
cat >"$ssh/cut" <<END
#!/bin/bash
# 300 bytes of the bundle pass; then, when the server has them, ssh is killed
coproc LINE { exec ssh -F '$ssh/config' "\$@"; }
pid=\$LINE_PID out=\${LINE[1]} in=\${LINE[0]}
IFS= read -r hello <&"\$in"; printf '%s\n' "\$hello"
IFS= read -r put; printf '%s\n' "\$put" >&"\$out"
IFS= read -r at <&"\$in"; printf '%s\n' "\$at"
head -c 300 >&"\$out"
for _ in \$(seq 500); do
	[ "\$(cat '$T'/spool/push/*.PART 2>/dev/null | wc -c)" -ge 300 ] && break
	read -r -t 0.02 -u 9 || :
done
kill "\$pid"
END
chmod +x "$ssh/cut"
export XIANGYI_SSH=$ssh/cut
sync push --store "$A" >"$work/out" 2>"$work/err"
is "$?:$(wc -l <"$work/err"):$(grep -c 'line was cut after .* goes on there' "$work/err")" 1:1:1 "a line that is cut is one message"
is "$(merge status --json | value entries):$(ls "$T"/spool/push | wc -l)" 55:1 "half a bundle is kept and not merged"
export XIANGYI_SSH=$ssh/plain
sync push --store "$A" --json >"$work/out"
is "$?:$(value resumed_bytes <"$work/out"):$(value new <"$work/out")" 0:300:90 "the next push goes on after 300 bytes"
is "$(merge status --json | value entries):$(find "$T/spool/push" "$A/spool/out" -type f | wc -l)" 145:0 "everything is there once"

# several at once
"$fixture" visits "$A" 5 5 4 && "$fixture" visits "$B" 7 7 5
sync push --store "$A" --json >"$work/a" & first=$!
sync push --store "$B" township --json >"$work/b"
status=$?
wait $first
is "$?$status:$(value new <"$work/a"):$(value new <"$work/b")" 00:10:14 "two clinics push at the same time"
is "$(merge status --json | value entries)" 169 "and both are merged"

# a resident who moves comes with the answer
"$fixture" person "$A" 单小梅 2 1988-09-09 43059919880909006X 13600000002 && sync push --store "$A" >/dev/null &&
	merge move 43059919880909006X 430599101202 --reason '嫁到乙村' >/dev/null && "$fixture" visits "$B" 0 1 11 &&
	sync push --store "$B" >"$work/b"
is "$?:$(grep -c 'others about your residents: 2' "$work/b"):$(grep -c 'lacks 0' "$work/b")" 0:1:1 "a resident who moves comes down the line, beside the receipt"
is "$(find "$B/spool/out" "$T/spool/push" -type f | wc -l)" 0 "and leaves nothing in the spools"
"$fixture" visits "$A" 0 1 12 && sync push --store "$A" --json >"$work/a"
is "$?:$(value new <"$work/a")" 0:2 "the old clinic hears of it and sends its receipt in the same conversation"

# what goes wrong
ssh-keygen -q -t ed25519 -N '' -f "$ssh/other"
sed "s|$ssh/key|$ssh/other|" "$ssh/config" >"$ssh/config2"
client stranger "exec ssh -F '$ssh/config2' \"\$@\""
"$fixture" visits "$A" 0 1 6
sync push --store "$A" 2>"$work/err"
is "$?:$(wc -l <"$work/err"):$(grep -c 'Permission denied' "$work/err")" 1:1:1 "a key that is not let in: what ssh says, in one line"
client noise "echo welcome; echo to this machine"
sync push --store "$A" 2>"$work/err"
is "$?:$(wc -l <"$work/err")" 1:1 "a host without receive is one message"
client evil "printf 'XIANGYI RECEIVE 1\nREFUSED CORRUPT \033[2Jgo away\n'; cat >/dev/null"
sync push --store "$A" 2>"$work/err"
is "$?:$(grep -c 'refuses it: .*go away' "$work/err"):$(grep -c "$(printf '\033')" "$work/err")" 1:1:0 "its words reach no terminal as they are"
cp "$ssh/forced" "$ssh/forced.bak" && sed -i "s|$work/pw|/nonexistent|" "$ssh/forced"
export XIANGYI_SSH=$ssh/plain
sync push --store "$A" 2>"$work/err"
is "$?:$(grep -c 'township refuses it: ' "$work/err")" 1:1 "a township that cannot open its store says so"
cp "$ssh/forced.bak" "$ssh/forced"
is "$(sync push --store "$A" --json | value new)" 1 "and the same bundle goes through later"

# hostile input straight to receive
hostile() # NAME PATTERN: standard input is what comes
{
	timeout 20 "$bin/xiangyi-merge" receive --store "$T" --operator li --password-file "$work/pw" --idle 1 >"$work/out" 2>"$work/err"
	is "$?:$(grep -c '^REFUSED' "$work/out"):$(grep -c "$2" "$work/out"):$(wc -c <"$work/err")" "1:1:1:0" "$1: one clear message"
}
before=$(digest) hash=$(printf 'ab%.0s' $(seq 32))
hostile "garbage" 'REFUSED' < <(head -c 100000 /dev/urandom)
hostile "an endless line" 'too long' < <(head -c 100000 /dev/zero | tr '\0' x)
hostile "ten gigabytes" 'larger than a bundle' < <(printf 'PUT %s 10000000000\n' "$hash")
hostile "a size that overflows" 'larger\|no xiangyi-sync push' < <(printf 'PUT %s 18446744073709551617\n' "$hash")
hostile "zeros instead of a bundle" 'no bundle' < <({ printf 'PUT %s 60000000\n' "$hash"; head -c 2000000 /dev/zero; })
hostile "a path instead of a hash" 'no xiangyi-sync push' < <({ printf 'PUT ../../../../%s 100\n' "$hash"; })
{ "$fixture" visits "$B" 0 1 9; sync export --store "$B" --to "$work/dir"; } >/dev/null
bundle=$work/dir/XIANGYI/430599101202/00000001.XYB size=$(stat -c %s "$work/dir/XIANGYI/430599101202/00000001.XYB")
hostile "a hash that is not the file's" 'damaged on the way' < <({ printf 'PUT %s %s\n' "$hash" "$size"; cat "$bundle"; })
mkfifo "$work/silent" && exec 8<>"$work/silent"
{ printf 'PUT %s %s\n' "$hash" "$size"; head -c 300 "$bundle"; } >&8
hostile "a sender that falls silent" 'nothing came for 1 seconds' <"$work/silent"
exec 8>&-
is "$(digest)" "$before" "none of it changed anything"
is "$(merge merge "$work/dir" | grep -c '1 new')" 1 "and the township goes on working"
done_testing
