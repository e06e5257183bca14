# Runs as the first process of the cluster: its users, its registry, its engines, and Slurm, Grid Engine and HTCondor. Prints
# `ready` once each of them takes jobs, and stays. /host is a folder of the test: registry (the program), oci (an image layout).
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

# The C library asks for addresses of loopback alone only where the machine has another one.
ip link set lo up
ip addr add 10.1.1.1/32 dev lo
printf '127.0.0.1 localhost registry.test\n10.1.1.1 cluster\n' >/etc/hosts
mkdir -p /run/lock /run/munge /run/condor /run/lock/condor /etc/slurm /etc/containers /data
useradd --create-home --uid 2001 --shell /bin/bash scientist
chmod 666 /dev/fuse
mount -t cgroup2 cgroup2 /sys/fs/cgroup

registry() {
  mkdir -p /etc/registry
  openssl req -x509 -newkey rsa:2048 -nodes -keyout /etc/registry/key.pem -out /etc/registry/cert.pem -days 2 \
    -subj /CN=registry.test -addext 'subjectAltName=DNS:registry.test' 2>/dev/null
  cat /etc/registry/cert.pem >>/etc/ssl/certs/ca-certificates.crt
  cat >/etc/registry/config.yml <<'X'
version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/registry}}
http: {addr: '127.0.0.1:443', tls: {certificate: /etc/registry/cert.pem, key: /etc/registry/key.pem}}
X
  /host/registry serve /etc/registry/config.yml >/var/log/registry 2>&1 &
  until curl_registry; do sleep 0.1; done
  skopeo copy --quiet --all oci:/host/oci:tool docker://registry.test/em/tool:1
}
curl_registry() { (exec 3<>/dev/tcp/127.0.0.1/443) 2>/dev/null; }

# Files of a machine without systemd, whose layers are on an overlay already.
engines() {
  printf '[storage]\ndriver = "vfs"\n' >/etc/containers/storage.conf
  printf '[containers]\nnetns = "host"\ncgroups = "disabled"\n[engine]\nevents_logger = "file"\nruntime = "crun"\n' \
    >/etc/containers/containers.conf
}

# Containers have no network: a bridge needs rules of the machine's own firewall. A site lets its users call it by a group.
docker_daemon() {
  dockerd --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs --group=scientist >/var/log/docker 2>&1 &
  until docker version >/dev/null 2>&1; do sleep 0.1; done
}

slurm() {
  chown munge /run/munge
  runuser -u munge -- munged
  cat >/etc/slurm/slurm.conf <<'X'
ClusterName=test
SlurmctldHost=cluster
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,defer_batch
EnforcePartLimits=ALL
SlurmdParameters=config_overrides
GresTypes=gpu
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
NodeName=cluster CPUs=16 RealMemory=64000 Gres=gpu:2
PartitionName=all Nodes=cluster Default=YES MaxTime=2-00:00:00 State=UP
X
  printf 'NodeName=cluster Name=gpu File=/dev/zero\nNodeName=cluster Name=gpu File=/dev/full\n' >/etc/slurm/gres.conf
  echo 'CgroupPlugin=disabled' >/etc/slurm/cgroup.conf
  mkdir -p /var/spool/slurmctld /var/spool/slurmd
  slurmctld
  slurmd
  until [[ $(timeout 5 sinfo -h -o %T) == idle ]]; do sleep 0.1; done
}

gridengine() {
  export SGE_ROOT=/var/lib/gridengine SGE_CELL=default
  echo cluster >$SGE_ROOT/default/common/act_qmaster
  echo 'cluster localhost' >$SGE_ROOT/default/common/host_aliases
  sge_qmaster
  manage() { runuser -u sgeadmin -- env SGE_ROOT="$SGE_ROOT" SGE_CELL="$SGE_CELL" qconf "$@" >/dev/null; }
  until manage -sh 2>/dev/null; do sleep 0.1; done
  manage -as cluster
  manage -am root
  qconf -sc >/tmp/complex
  # What is counted.
  printf '%s\n' 'gpu gpu INT <= YES JOB 0 0' 'job_memory jm MEMORY <= YES YES 0 0' >>/tmp/complex
  qconf -Mc /tmp/complex >/dev/null
  cat >/tmp/host <<'X'
hostname cluster
load_scaling NONE
complex_values slots=16,job_memory=64000M,gpu=2
user_lists NONE
xuser_lists NONE
projects NONE
xprojects NONE
usage_scaling NONE
report_variables NONE
X
  qconf -Ae /tmp/host >/dev/null
  qconf -sp template >/tmp/pe 2>/dev/null || true
  cat >/tmp/pe <<'X'
pe_name smp
slots 999
user_lists NONE
xuser_lists NONE
start_proc_args NONE
stop_proc_args NONE
allocation_rule $pe_slots
control_slaves FALSE
job_is_first_task TRUE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
X
  qconf -Ap /tmp/pe >/dev/null
  qconf -sq >/tmp/queue
  sed -i -E 's/^qname .*/qname all.q/; s/^hostlist .*/hostlist cluster/; s/^slots .*/slots 16/; s/^pe_list .*/pe_list smp/; s/^h_rt .*/h_rt 48:00:00/; s/^shell .*/shell \/bin\/bash/; s/^load_thresholds .*/load_thresholds NONE/' /tmp/queue
  qconf -Aq /tmp/queue >/dev/null
  qconf -ssconf >/tmp/scheduler 2>/dev/null
  sed -i -E 's/^schedule_interval .*/schedule_interval 0:0:1/; s/^flush_submit_sec .*/flush_submit_sec 1/' /tmp/scheduler
  qconf -Msconf /tmp/scheduler >/dev/null
  sge_execd
  until qhost -h cluster | grep -q 'lx-'; do sleep 0.1; done
}

# Its processes are found by its own procd: the machine's cgroups are not the cluster's, and without either its daemons crash where a job
# is removed.
htcondor() {
  cat >/etc/condor/config.d/99-test.config <<'X'
CONDOR_HOST = 10.1.1.1
NETWORK_INTERFACE = 10.1.1.1
DAEMON_LIST = MASTER COLLECTOR NEGOTIATOR SCHEDD STARTD
use SECURITY:HOST_BASED
ALLOW_READ = *
ALLOW_WRITE = *
ALLOW_DAEMON = *
ALLOW_NEGOTIATOR = *
ALLOW_ADMINISTRATOR = *
SEC_DEFAULT_AUTHENTICATION_METHODS = FS, CLAIMTOBE
SEC_CLIENT_AUTHENTICATION_METHODS = FS, CLAIMTOBE
UID_DOMAIN = cluster
FILESYSTEM_DOMAIN = cluster
TRUST_UID_DOMAIN = True
SOFT_UID_DOMAIN = True
NUM_CPUS = 16
MEMORY = 64000
MACHINE_RESOURCE_GPUs = CUDA0, CUDA1
NUM_SLOTS_TYPE_1 = 1
SLOT_TYPE_1 = 100%
SLOT_TYPE_1_PARTITIONABLE = true
START = TRUE
RunBenchmarks = False
NEGOTIATOR_INTERVAL = 1
NEGOTIATOR_CYCLE_DELAY = 1
NEGOTIATOR_MIN_INTERVAL = 1
UPDATE_INTERVAL = 5
SCHEDD_INTERVAL = 1
SCHEDD_MIN_INTERVAL = 1
BASE_CGROUP =
X
  chown condor /run/condor /run/lock/condor
  condor_master
  until condor_status -af Name 2>/dev/null | grep -q . && condor_q 2>/dev/null | grep -q Total; do sleep 0.2; done
}

engines
pids=()
began=$EPOCHREALTIME
for part in registry docker_daemon slurm gridengine htcondor; do
  ("$part" && awk -v p="$part" -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%s: %.1f s\n", p, b - a }') </dev/null >"/tmp/$part.out" 2>"/tmp/$part.err" &
  pids+=("$!")
done
for at in "${!pids[@]}"; do
  wait "${pids[at]}" || { echo "failed: $at"; cat /tmp/*.out /tmp/*.err; exit 1; }
done
cat /tmp/*.out
echo ready
exec sleep infinity
