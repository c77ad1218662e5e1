"""Parts of PyTorch that are not here and that scripts import at their top: each call says what to do instead."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from ._missing import missing
from ._profiles import profile
from ._refused import refused
from .profiler import record_function

_ONE_PROCESS = "there is one process; leave the call out"
_NO_NESTED = "there are no nested tensors; pad them to one length"
_NO_SPARSE = "there are no sparse tensors; use torch.tensor"
_NO_QUANTISED = "there are no quantised tensors; use torch.float32"
_EXPORT = "the graph is shown as it is built; leave the export out"
_TRACING = "the graph is shown as it is built; leave the tracing out"
_AS_WRITTEN = "what is compiled runs as it is written; leave it out"
_NO_META = "all tensors have numbers; make them with torch.empty"
_NOT_KEPT = "nothing is kept between runs; state_dict() shows what there is to keep"

_PARTS = {
    "torch.distributed": (
        ("init_process_group destroy_process_group get_rank get_world_size get_backend new_group barrier all_reduce "
        "all_gather all_gather_object all_to_all broadcast broadcast_object_list gather gather_object reduce "
        "reduce_scatter scatter send recv isend irecv monitored_barrier all_gather_into_tensor all_to_all_single "
        "reduce_scatter_tensor ReduceOp ProcessGroup Store TCPStore FileStore HashStore"),
        _ONE_PROCESS,
    ),
    "torch.distributed.fsdp": (
        ("FullyShardedDataParallel ShardingStrategy CPUOffload MixedPrecision BackwardPrefetch StateDictType "
        "FullStateDictConfig fully_shard"),
        _ONE_PROCESS,
    ),
    "torch.distributed.fsdp.wrap": (
        "wrap enable_wrap size_based_auto_wrap_policy transformer_auto_wrap_policy always_wrap_policy", _ONE_PROCESS
    ),
    "torch.distributed.rpc": ("init_rpc shutdown rpc_sync rpc_async remote RRef", _ONE_PROCESS),
    "torch.distributed.device_mesh": ("init_device_mesh DeviceMesh", _ONE_PROCESS),
    "torch.distributed.nn": ("all_reduce all_gather broadcast gather reduce scatter RemoteModule", _ONE_PROCESS),
    "torch.distributed.optim": ("ZeroRedundancyOptimizer DistributedOptimizer", _ONE_PROCESS),
    "torch.multiprocessing": (
        ("Process Queue SimpleQueue Pool Pipe Lock Event Value Array Manager spawn get_context set_start_method "
        "get_start_method set_sharing_strategy get_sharing_strategy cpu_count"),
        "there is one process; call the function itself",
    ),
    "torch.export": ("export Dim ExportedProgram save load", _EXPORT),
    "torch.onnx": ("export dynamo_export is_in_onnx_export", "nothing is written to files; leave the export out"),
    "torch.nested": ("nested_tensor as_nested_tensor to_padded_tensor", _NO_NESTED),
    "torch.sparse": ("mm sum softmax log_softmax addmm spdiags to_sparse_semi_structured", _NO_SPARSE),
    "torch.quantization": (
        ("quantize_dynamic prepare convert prepare_qat fuse_modules get_default_qconfig get_default_qat_qconfig "
        "QuantStub DeQuantStub QuantWrapper"),
        _NO_QUANTISED,
    ),
    "torch.ao": ("nn pruning", _NO_QUANTISED),
    "torch.ao.quantization": (
        ("quantize_dynamic prepare convert prepare_qat fuse_modules get_default_qconfig get_default_qat_qconfig "
        "QuantStub DeQuantStub QuantWrapper QConfig"),
        _NO_QUANTISED,
    ),
    "torch.futures": ("Future collect_all wait_all", _ONE_PROCESS),
    "torch._subclasses": ("FakeTensor FakeTensorMode", _NO_META),
    "torch._subclasses.fake_tensor": ("FakeTensor FakeTensorMode", _NO_META),
    "torch._inductor": ("compile aoti_compile_and_package aoti_load_package", _AS_WRITTEN),
    "torch._inductor.config": ("", _AS_WRITTEN),
    "torch._higher_order_ops": ("cond while_loop map scan associative_scan", "write Python's own if, while and for"),
    "torch.fx.experimental": ("", _TRACING),
    "torch.fx.experimental.proxy_tensor": ("make_fx", _TRACING),
    "torch.fx.passes.graph_drawer": ("FxGraphDrawer", _TRACING),
    "torch.package": ("PackageExporter PackageImporter", _NOT_KEPT),
    "torch.utils.benchmark": ("Timer Compare Fuzzer", "the record shows what each op does, not how long; leave it out"),
    "torch.utils.flop_counter": ("FlopCounterMode", "the record shows the shapes of each op; leave the counter out"),
    "torch.utils._python_dispatch": (
        "TorchDispatchMode", "ops are not handed to a mode one by one; torch.overrides.TorchFunctionMode sees each call"
    ),
    "torch.utils.collect_env": ("get_pretty_env_info get_env_info", "torch.__version__ says which PyTorch it is"),
    "torch.utils.mobile_optimizer": ("optimize_for_mobile MobileOptimizerType", _EXPORT),
    "torch.utils.dlpack": ("to_dlpack from_dlpack", "there are no other libraries to share memory with; use numpy"),
    "torch.autograd.profiler": (
        "emit_nvtx emit_itt", "the record shows every op; leave the profiler out"
    ),
}  # fmt: skip


_ANSWERED: dict[str, dict[str, Any]] = {
    "torch.distributed": {"is_available": lambda: True, "is_initialized": lambda: False},
    "torch.autograd.profiler": {"profile": profile, "record_function": record_function},
    "torch.multiprocessing": {"get_all_start_methods": lambda: ["fork", "spawn", "forkserver"]},
}
"""What is answered there, so that a script goes on without."""


_ROOT = __name__.rpartition(".")[0]


class _Part(ModuleType):
    """A module whose names, made for the first who asks, are refused when they are called; what PyTorch has besides is
    missing in its words."""

    __all__: list[str]

    def __getattr__(self, name: str) -> Any:
        if name not in self.__all__:
            raise missing(self.__name__, name)
        theirs = f"torch{self.__name__.removeprefix(_ROOT)}"
        _, instead = _PARTS[theirs]
        made = refused(theirs, (name,), instead)[name]
        setattr(self, name, made)
        return made

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self.__all__})


def lay_refused(package: str) -> None:
    """Have those of a package where PyTorch has them."""
    for theirs, (names, _) in _PARTS.items():
        path = f"{_ROOT}{theirs.removeprefix('torch')}"
        parent, _, last = path.rpartition(".")
        if f"{parent}.".startswith(f"{package}.") and path not in sys.modules and parent in sys.modules:
            module = sys.modules[path] = _Part(path)
            module.__dict__.update(_ANSWERED.get(theirs, {}), __all__=names.split())
            setattr(sys.modules[parent], last, module)
