"""What hostile snippets do, class by class, and how each such run must end: data.

A payload runs as plain Python, with every module of ``snippets.preload`` in reach and none of the runner's manners in
its way. TARGET is a directory that everybody may write to, PORT one on which somebody listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gradwalk.document.schema import Status


@dataclass(frozen=True, slots=True)
class Payload:
    """One of them."""

    kind: str
    name: str
    source: str
    status: Status
    message: str
    """A part of the outcome's message."""
    slow: bool = False
    """It goes on until it is stopped."""


FATAL: Final = "not allowed here"
DENIED: Final = "PermissionError"
ABSENT: Final = "ModuleNotFoundError"

FILES = {
    "read_a_file": "open('/etc/passwd').read()",
    "read_itself": "open('/proc/self/mem', 'rb')",
    "read_its_environment": "open('/proc/self/environ')",
    "read_another_process": "open('/proc/1/status')",
    "read_through_io": "__import__('io').FileIO('/etc/hostname')",
    "open_a_path": "os.open('/', os.O_PATH)",
    "open_a_device": "os.open('/dev/zero', os.O_RDWR)",
    "write_a_file": "open('TARGET/a', 'w')",
    "append_to_a_file": "open('/tmp/gradwalk', 'a')",
    "make_a_directory": "os.mkdir('TARGET/a')",
    "make_a_symbolic_link": "os.symlink('/', 'TARGET/a')",
    "make_a_hard_link": "os.link('/etc/passwd', 'TARGET/a')",
    "make_a_pipe_with_a_name": "os.mkfifo('TARGET/a')",
    "make_a_device": "os.mknod('TARGET/a')",
    "make_a_pipe": "os.pipe()",
    "make_a_file_in_memory": "os.memfd_create('a')",
    "rename": "os.rename('TARGET', '/tmp/b')",
    "delete": "os.unlink('TARGET/a')",
    "delete_a_directory": "os.rmdir('TARGET')",
    "change_rights": "os.chmod('TARGET', 0)",
    "change_times": "os.utime('TARGET')",
    "cut_short": "os.truncate('/etc/passwd', 0)",
    "look_at_a_file": "os.stat('/etc/passwd')",
    "look_at_the_stream": "os.fstat(3)",
    "list_a_directory": "os.listdir('/')",
    "walk_descriptors": "os.listdir('/proc/self/fd')",
    "read_a_link": "os.readlink('/proc/self/exe')",
    "change_directory": "os.chdir('/tmp')",
    "change_root": "os.chroot('/tmp')",
    "where_am_i": "os.getcwd()",
    "file_system_size": "os.statvfs('/')",
    "read_standard_input": "os.read(0, 1)",
    "write_to_standard_error": "os.write(2, b'hello')",
    "copy_a_descriptor": "os.dup(3)",
    "close_the_stream": "os.close(3)",
    "numpy_load": "numpy.load('/etc/passwd')",
    "numpy_fromfile": "numpy.fromfile('/etc/passwd')",
    "numpy_save": "numpy.save('TARGET/a.npy', numpy.ones(3))",
    "numpy_tofile": "numpy.ones(3).tofile('TARGET/a')",
    "numpy_memmap": "numpy.memmap('TARGET/a', mode='w+', shape=4)",
    "shared_memory": "__import__('mmap').mmap(-1, 4096)",
}

PROCESSES = {
    "fork": "os.fork()",
    "fork_with_terminal": "os.forkpty()",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "subprocess": "__import__('subprocess').run(['true'])",
    "popen": "os.popen('true')",
    "multiprocessing": "__import__('multiprocessing').Process(target=print).start()",
    "hear_a_signal": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "signal_itself": "import signal; signal.raise_signal(signal.SIGTERM)",
    "become_root": "os.setuid(0)",
    "new_session": "os.setsid()",
    "go_faster": "os.nice(-5)",
    "choose_a_core": "os.sched_setaffinity(0, {0})",
    "see_other_processes": "os.pidfd_open(1)",
    "wait_for_others": "os.waitpid(-1, 0)",
}

NETWORK = {
    "tcp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "tcp_6": "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
    "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "unix_datagram": "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "raw": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "packet": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "pair": "socket.socketpair()",
    "connect": "socket.create_connection(('127.0.0.1', PORT))",
    "listen": "socket.create_server(('127.0.0.1', 0))",
    "host_name": "socket.gethostname()",
    "the_stream_as_a_socket": "socket.socket(fileno=3).recv(1)",
    "the_stream_copied": "socket.fromfd(3, socket.AF_UNIX, socket.SOCK_STREAM)",
}

DEADLY_CALLS = {
    "execve": 59, "execveat": 322, "fork": 57, "vfork": 58, "kill": 62, "tkill": 200, "ptrace": 101,
    "rt_sigqueueinfo": 129, "pidfd_send_signal": 424, "pidfd_getfd": 438, "process_vm_readv": 310,
    "process_vm_writev": 311, "io_uring_setup": 425, "io_uring_enter": 426, "unshare": 272, "setns": 308,
    "mount": 165, "umount2": 166, "pivot_root": 155, "open_by_handle_at": 304, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "keyctl": 250, "add_key": 248, "request_key": 249, "init_module": 175, "finit_module": 313,
    "kexec_load": 246, "reboot": 169, "swapon": 167, "iopl": 172, "ioperm": 173, "modify_ldt": 154,
    "x32_write": 0x40000001, "x32_execve": 0x40000208,
}  # fmt: skip
"""Numbers on x86_64; elsewhere the filter's tests stand for these."""

DENIED_CALLS = {
    "tgkill": 234, "pkey_mprotect": 329, "process_madvise": 440, "set_robust_list": 273, "membarrier": 324, "rseq": 334,
    "pread64": 17, "readv": 19, "preadv2": 327, "pwritev2": 328, "sendfile": 40, "vmsplice": 278,
    "copy_file_range": 326, "dup2": 33, "close_range": 436, "prlimit64": 302, "sched_setattr": 314, "setpriority": 141,
    "ioprio_set": 251, "mincore": 27, "remap_file_pages": 216, "move_pages": 279, "kcmp": 312, "sysinfo": 99,
    "getrusage": 98, "name_to_handle_at": 303, "futex_waitv": 449, "clone": 56, "mprotect": 10, "shmget": 29,
    "semget": 64, "msgget": 68,
    "mq_open": 240, "prctl": 157, "seccomp": 317, "personality": 135, "arch_prctl": 158, "landlock": 444,
    "openat2": 437, "inotify": 253, "fanotify": 300, "eventfd": 284, "timerfd": 283, "signalfd": 282, "epoll": 213,
    "memfd_secret": 447, "mlockall": 151, "setuid": 105, "acct": 163, "syslog": 103, "sethostname": 170,
    "settimeofday": 164, "sendmsg": 46, "recvmsg": 47, "sendto": 44, "splice": 275, "ioctl": 16, "fcntl": 72,
}  # fmt: skip

CRASHES = {
    "own_code_mapped_over": (
        "import ctypes\nmemory = ctypes.CDLL(None).mmap\nmemory.restype = ctypes.c_void_p\n"
        "own = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p).value & ~4095\n"
        "call(25, memory(None, 4096, 3, 0x22, -1, 0), 4096, 4096, 3, own)\nctypes.CDLL(None).getpid()"
    ),
    "return_from_no_signal": "call(15)",
}
"""System calls that pass, and with which a snippet harms itself alone; numbers on x86_64."""

ABI = {
    "exec_memory": "call(MMAP, 0, 4096, 4, 0x22, -1, 0)",
    "write_and_exec_memory": "call(MMAP, 0, 4096, 7, 0x22, -1, 0)",
    "memory_for_others": "call(MMAP, 0, 4096, 3, 0x21, -1, 0)",
    "memory_of_a_file": "call(MMAP, 0, 4096, 3, 2, 3, 0)",
    "memory_at_an_address": "call(MMAP, 0, 4096, 3, 0x32, -1, 0)",
    "memory_that_grows_down": "call(MMAP, 0, 4096, 3, 0x122, -1, 0)",
    "memory_in_huge_pages": "call(MMAP, 0, 1 << 21, 3, 0x40022, -1, 0)",
    "memory_that_stays": "call(MMAP, 0, 4096, 3, 0x2022, -1, 0)",
    "memory_at_once": "call(MMAP, 0, 4096, 3, 0x8022, -1, 0)",
    "futex_with_priorities": "import ctypes; call(FUTEX, ctypes.addressof(ctypes.c_int(0)), 6)",
}

ESCAPES = [
    ("subclasses", ("[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
     ".__init__.__globals__['listdir']('/')"), "killed", DENIED),
    ("frames", "f = sys._getframe()\nwhile f.f_back: f = f.f_back\nf.f_globals['sys'].modules['os'].fork()",
     "killed", DENIED),
    ("control_socket", ("f = sys._getframe()\nwhile not hasattr(f.f_locals.get('self'), 'control'): f = f.f_back\n"
     "f.f_locals['self'].control.send(b'x')"), "killed", DENIED),
    ("terminal", "__import__('pty').openpty()", "killed", "out of pty devices"),
    ("stop_the_clock", "import signal; signal.setitimer(signal.ITIMER_REAL, 0)", "killed", "not permitted"),
    ("replace_the_filter", ("s = sys.modules['gradwalk.sandbox.seccomp']\nb = sys.modules['gradwalk.sandbox.bpf']\n"
     "s.Filter([b.Instruction(b.RETURN, b.ALLOW)]).install()"), "killed", DENIED),
    ("load_a_library", "import ctypes; ctypes.CDLL('/lib/x86_64-linux-gnu/libutil.so.1')", "killed", "OSError"),
    ("load_a_module", "import antigravity", "killed", ABSENT),
    ("reload_a_module", "import importlib; importlib.reload(sys.modules['subprocess'])", "killed", ABSENT),
    ("shell", "os.system('true') and exit(1)", "killed", "SystemExit"),
    ("thread", "import threading; threading.Thread(target=print).start()", "killed", "can't start new thread"),
    ("look_up_a_name", "import socket; socket.getaddrinfo('localhost', 80)", "killed", "gaierror"),
    ("raise_limits", "import resource; resource.setrlimit(resource.RLIMIT_CPU, (9, 9))", "killed", "ValueError"),
    ("kill_the_fork_server", "os.kill(os.getppid(), 9)", "killed", FATAL),
    ("kill_everybody", "os.kill(-1, 9)", "killed", FATAL),
    ("kill_the_group", "os.killpg(0, 9)", "killed", FATAL),
    ("exec", "os.execv('/bin/sh', ['sh', '-c', 'touch TARGET/a'])", "killed", FATAL),
    ("null_pointer", "import ctypes; ctypes.string_at(0)", "killed", "SIGSEGV"),
    ("jump_nowhere", "import ctypes; ctypes.CFUNCTYPE(None)(1)()", "killed", "SIGSEGV"),
    ("leave", "os._exit(0)", "killed", "ended itself before it was over"),
    ("leave_with_the_fork_servers_own_status", "os._exit(98)", "memory", "MiB of memory"),
    ("leave_with_a_status", "os._exit(3)", "killed", "exit status 3"),
]  # fmt: skip

MEMORY = [
    ("one_huge_object", "bytearray(10**9)", "memory", "256 MiB"),
    ("list_that_grows", "x = []\nwhile True: x = [x] * 1_000_000", "memory", "256 MiB"),
    ("dictionary_that_grows", "x = {}\nwhile True: x[len(x)] = bytes(100_000)", "memory", "256 MiB"),
    ("string_that_doubles", "x = 'x'\nwhile True: x += x", "memory", "256 MiB"),
    ("number_that_doubles", "x = 3\nwhile True: x <<= x.bit_length()", "memory", "256 MiB"),
    ("array", "numpy.ones(10**9)", "memory", "256 MiB"),
    ("array_of_zeros", "numpy.zeros(10**11)", "memory", "256 MiB"),
    ("arrays", "x = []\nwhile True: x.append(numpy.ones(10**6))", "memory", "256 MiB"),
    ("wide_format", "'{:>99999999999}'.format(1)", "memory", "256 MiB"),
    ("memory_past_python", "while True: call(MMAP, 0, 1 << 24, 3, 0x22, -1, 0)", "killed", "Cannot allocate memory"),
    ("recursion", "f = lambda: f()\nf()", "killed", "RecursionError"),
    ("recursion_in_c", "x = []\nfor _ in range(200_000): x = [x]\nrepr(x)", "killed", "RecursionError"),
    ("deep_source", "compile('(' * 100_000, '', 'eval')", "killed", "SyntaxError"),
]

CPU = [
    ("endless_loop", "while True: pass"),
    ("loop_that_catches_all", "while True:\n    try: 1 / 0\n    except BaseException: pass"),
    ("large_number", "3 ** 10 ** 9"),
    ("long_sum", "sum(range(10 ** 12))"),
    ("regular_expression", "import re; re.match('(a+)+$', 'a' * 40 + 'b')"),
    ("matrix_products", "x = numpy.ones((400, 400))\nwhile True: x @ x"),
    ("sleep", "time.sleep(3600)"),
    ("dead_lock", "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"),
    ("wait_for_more", "os.read(3, 1)"),
]

FLOOD = """
part = {'cell': 0, 'output': 0, 'kind': 'stdout', 'text': 'x' * 100_000}
while True: emit({'outputs': [part]})
"""
OUTPUT = [
    ("flood_of_frames", "while True: emit({'outputs': []})", "killed", "made no sense"),
    ("flood_of_text", FLOOD, "limit", "reached 16 MiB"),
    ("frame_without_end", r"os.write(3, b'\xff\xff\xff\xff')", "limit", "reached 16 MiB"),
    ("frame_cut_short", r"os.write(3, b'\0\0\1\0{'); os._exit(0)", "killed", "before it was over"),
    ("frames_of_nothing", r"while True: os.write(3, b'\0\0\0\2{}' * 10000)", "killed", "made no sense"),
    ("frame_of_spaces", "b = b' ' * (1 << 20) + b'{}'\nwhile True: os.write(3, len(b).to_bytes(4, 'big') + b)", "limit",
     "reached 16 MiB"),
    ("number_without_end", ("b = b'{\"outputs\":[{\"cell\":' + b'9' * 10**5 + b'}]}'\n"
     "os.write(3, len(b).to_bytes(4, 'big') + b)"), "killed", "made no sense"),
    ("the_first_eight_bytes_forged", r"os.write(3, b'\xff' * 8)", "limit", "reached 16 MiB"),
    ("not_json", r"os.write(3, b'\0\0\0\1{')", "killed", "made no sense"),
    ("not_utf_8", r"os.write(3, b'\0\0\0\4\"\xed\xa0\x80')", "killed", "made no sense"),
    ("not_an_object", r"os.write(3, b'\0\0\0\5[1,2]')", "killed", "made no sense"),
    ("end_too_early", r"os.write(3, b'\0\0\0\0'); time.sleep(60)", "killed", "before it was over"),
    ("more_after_the_end", r"os.write(3, b'\0\0\0\0'); emit({'outcome': {'status': 'ok'}})", "killed",
     "before it was over"),
    ("nan", r"os.write(3, b'\0\0\0\x0e{\"values\":NaN}')", "killed", "made no sense"),
    ("deep_json", r"b = b'[' * 10**5; os.write(3, len(b).to_bytes(4, 'big') + b)", "killed", "made no sense"),
    ("unknown_list", "emit({'secrets': [1]})", "killed", "made no sense"),
    ("forged_op", "emit({'ops': [{'name': 'x'}]})", "killed", "made no sense"),
    ("output_of_another_cell", "emit({'outputs': [{'cell': 7, 'output': 0, 'kind': 'stdout', 'text': 'x'}]})",
     "killed", "made no sense"),
    ("output_far_away", "emit({'outputs': [{'cell': 0, 'output': 10**9, 'kind': 'stdout', 'text': 'x'}]})",
     "killed", "made no sense"),
    ("output_of_no_kind", "emit({'outputs': [{'cell': 0, 'output': 1, 'kind': 'html', 'text': 'x'}]})",
     "killed", "made no sense"),
    ("event_of_no_cell", "emit({'events': [{'kind': 'cell_end', 'cell': -1, 'status': 'done'}]})",
     "killed", "made no sense"),
    ("forged_end", "emit({'outcome': {'status': 'ok'}}); os._exit(7)", "killed", "exit status 7"),
    ("forged_end_then_more", "emit({'outcome': {'status': 'ok'}}); emit({'outputs': []})", "killed", "made no sense"),
]  # fmt: skip

LEAKS = {
    "module": "import builtins\nfor module in (sys, os, time, numpy, builtins): module.left = 'left'",
    "modules": "sys.modules['left'] = sys\nsys.path.append('left')",
    "environment": "os.environ._data[b'LEFT'] = b'left'",
    "random_numbers": "import random\nrandom.seed(7); numpy.random.seed(7)",
    "warnings": "import warnings\nwarnings.filters.insert(0, ('left', None, Warning, None, 0))",
    "recursion_limit": "sys.setrecursionlimit(77)",
    "memory": "left = ['left-' * 3 for _ in range(10**5)]",
    "emit": "emit.__globals__['FENCES'] = emit.__globals__['live'] = None",
}


def _all() -> Iterator[Payload]:
    for kind, sources in (("files", FILES), ("processes", PROCESSES), ("network", NETWORK), ("abi", ABI)):
        for name, source in sources.items():
            yield Payload(kind, name, f"import socket\n{source}" if kind == "network" else source, "killed", DENIED)
    for calls, message in ((DEADLY_CALLS, FATAL), (DENIED_CALLS, DENIED)):
        for name, number in calls.items():
            yield Payload("x86_64", name, f"call({number})", "killed", message)
    for name, source in CRASHES.items():
        yield Payload("x86_64", name, source, "killed", "SIGSEGV")
    yield Payload("x86_64", "clone3", "call(435)", "killed", "Function not implemented")
    for kind, cases in (("escapes", ESCAPES), ("memory", MEMORY), ("output", OUTPUT)):
        for name, source, status, message in cases:
            yield Payload(kind, name, source, status, message)  # type: ignore[arg-type]
    for name, source in CPU:
        yield Payload("cpu", name, source, "timeout", "Stopped after", slow=True)
    for name, source in LEAKS.items():
        yield Payload("leaks", name, source, "ok", "")


PAYLOADS: Final = tuple(_all())
