#!/bin/sh
# A machine of its own for a test: systemd as the first process, over a copy of this machine's files
# that is thrown away with it. Started by machine.py in namespaces of its own.
#
#     machine.sh WORK SOURCE BUILD
#
# WORK is an empty folder. In the machine /srv/godwit is a copy of SOURCE in which build/release is
# BUILD. Of systemd's own units only those of the journal are there: nothing of this machine is set,
# loaded or tidied.
set -e
work=$1 source=$2 build=$3 root=$1/root
mount --make-rprivate /
mount -t tmpfs -o size=2G,mode=755 tmpfs "$work"
mkdir "$work/files" "$work/files-work" "$work/source" "$work/source-work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$work/files,workdir=$work/files-work" overlay "$root"

mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do cp -a "/dev/$device" "$root/dev/"; done
mkdir "$root/dev/shm" "$root/dev/pts" "$root/dev/mqueue" "$root/dev/hugepages"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
: >"$root/dev/console"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

mkdir -p "$root$source" "$root/srv/godwit"
mount --bind "$source" "$root$source"
mount -t overlay -o "lowerdir=$source,upperdir=$work/source,workdir=$work/source-work" overlay "$root/srv/godwit"
rm -rf "$root/srv/godwit/build/release"
mkdir -p "$root/srv/godwit/build/release"
mount --bind "$build" "$root/srv/godwit/build/release"
if [ ! -e /usr/bin/sudo ]; then
  printf '#!/bin/sh\nexec "$@"\n' >"$root/usr/bin/sudo"
  chmod 755 "$root/usr/bin/sudo"
fi
rm -f "$root/etc/resolv.conf"

units=$root/lib/systemd/system
rm -rf "$units"/*.wants "$root"/etc/systemd/system/* "$root"/lib/systemd/system-generators "$root"/etc/systemd/system-generators
mkdir "$units/sysinit.target.wants"
ln -s ../systemd-journald.service "$units/sysinit.target.wants/"
ln -s /dev/null "$root/etc/systemd/system/tmp.mount"
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n' >"$root/etc/systemd/system/machine.target"

rm -rf "$root/var/log/journal"
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n' >"$root/etc/systemd/journald.conf.d/machine.conf"

mkdir -p "$root/old"
cd "$root"
pivot_root . old
umount -l /old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test /lib/systemd/systemd --system \
  --unit=machine.target --log-target=journal --show-status=no </dev/null >/dev/console 2>&1
