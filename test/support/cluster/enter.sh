# Usage: enter.sh ROOT FOLDER: makes ROOT, which stays as it is, the file system of the namespaces in which this runs, with FOLDER as
# /host, and starts boot.sh there. A root that is pivoted, and not one of chroot, allows the user namespaces that engines need.
set -euo pipefail
mount --make-rprivate /
base=$(mktemp -d)
mount -t tmpfs tmpfs "$base"
mkdir "$base"/{upper,work,merged}
mount -t overlay -o "lowerdir=$1,upperdir=$base/upper,workdir=$base/work" overlay "$base/merged"
cd "$base/merged"
mkdir -p old host
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs tmpfs run
mount --bind "$2" host
pivot_root . old
umount -l /old
hostname cluster
exec bash /host/boot.sh
