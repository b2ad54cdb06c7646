"""How the kernel is compiled, and what works on eight bytes of a text at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

F = TypeVar("F", bound=Callable[..., Any])

# Without the reference counts that numba else keeps of every array at every call (atomic instructions) the kernel takes
# half the time.
_options = {"nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def plain(function: F) -> F:
    """Compiles a function that neither makes nor returns an array, to be called by compiled ones."""
    return cast("F", cast("Any", njit)(**_options)(function))


def inlined(function: F) -> F:
    """The same for what is done for each token: becomes part of its callers."""
    return cast("F", cast("Any", njit)(**_options, forceinline=True)(function))


# The same byte eight times.
_EACH = 0x0101010101010101
_HIGH = np.uint64(0x80 * _EACH)
_LOW7 = np.uint64(0x7F * _EACH)
_TWO = np.uint64(2)
# Added to seven bits, these reach the high bit from a letter on.
_FROM_A, _PAST_Z = np.uint64((0x80 - ord("A")) * _EACH), np.uint64((0x7F - ord("Z")) * _EACH)

#: The first n bytes of eight.
FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


def _load8(_context: Any, array: Any, _index: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = cast("Any", make_array)(signature.args[0])(context, builder, arguments[0]).data
        word = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(64).as_pointer())
        return builder.load(word, align=1)

    return types.uint64(array, types.intp), build


#: How many bytes among() looks at.
LANES = 32


def _among(_context: Any, array: Any, _index: Any, _bits: Any, _first: Any, _count: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        many, zero = ir.VectorType(ir.IntType(8), LANES), ir.Constant(ir.IntType(32), 0)
        nothing, zeros = ir.Constant(many, ir.Undefined), ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)

        def each(byte: Any) -> Any:
            return builder.shuffle_vector(builder.insert_element(nothing, byte, zero), nothing, zeros)

        bits, first, count = map(each, arguments[2:])
        data = cast("Any", make_array)(signature.args[0])(context, builder, arguments[0]).data
        some = builder.load(builder.bitcast(builder.gep(data, [arguments[1]]), many.as_pointer()), align=1)
        found = builder.icmp_unsigned("<", builder.sub(builder.or_(some, bits), first), count)
        return builder.zext(builder.bitcast(found, ir.IntType(LANES)), ir.IntType(64))

    return types.int64(array, types.intp, types.uint8, types.uint8, types.uint8), build


def _low_zeros(_context: Any, _word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), build


def _high_zeros(_context: Any, _word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), build


def _ones(_context: Any, _word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), build


#: The eight bytes of an array from an index on, the first byte lowest. No bounds are checked.
load8: Callable[[npt.NDArray[np.uint8], int], np.uint64] = cast("Any", intrinsic)(_load8)
#: among(array, index, bits, first, count): of the LANES bytes from an index on, which (with these bits set) are one of
#: the count from first on: a bit each, the first byte's lowest. No bounds are checked.
among: Callable[[npt.NDArray[np.uint8], int, int, int, int], int] = cast("Any", intrinsic)(_among)
#: How many low bits of 64 are zero; 64 for zero. How many high bits. How many bits are one.
low_zeros: Callable[[int], int] = cast("Any", intrinsic)(_low_zeros)
high_zeros: Callable[[int], int] = cast("Any", intrinsic)(_high_zeros)
ones: Callable[[int], int] = cast("Any", intrinsic)(_ones)


@inlined
def lower8(word: np.uint64) -> np.uint64:
    """Eight ASCII bytes in lower case."""
    low7 = word & _LOW7
    return word | (((low7 + _FROM_A) & ~(low7 + _PAST_Z) & ~word & _HIGH) >> _TWO)
