package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;
import static org.lwjgl.opencl.CL12.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** A device of a platform, and what it says of itself. */
record ClDevice(long platform, long id) {

  Type type() {
    long type = number(CL_DEVICE_TYPE);
    if ((type & CL_DEVICE_TYPE_GPU) != 0) {
      return Type.GPU;
    }
    return (type & CL_DEVICE_TYPE_CPU) != 0 ? Type.CPU : Type.ACCELERATOR;
  }

  /** Whether it is there, and has a compiler for kernels. */
  boolean isUsable() {
    return flag(CL_DEVICE_AVAILABLE) && flag(CL_DEVICE_COMPILER_AVAILABLE);
  }

  /** Whether quotients and roots can be correctly rounded. */
  boolean dividesExactly() {
    return (number(CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
  }

  /** Whether it can give the CPU's bits: exact quotients and roots, and subnormals kept. */
  boolean isExact() {
    return dividesExactly() && (number(CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_DENORM) != 0;
  }

  /** Platform and versions: what compiled kernels depend on. */
  String driver() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      Status.check(
          clGetPlatformInfo(platform, CL_PLATFORM_NAME, (ByteBuffer) null, size),
          "clGetPlatformInfo");
      ByteBuffer name = stack.malloc((int) size.get(0));
      Status.check(clGetPlatformInfo(platform, CL_PLATFORM_NAME, name, null), "clGetPlatformInfo");
      return string(name) + " " + text(CL_DRIVER_VERSION);
    }
  }

  String text(int parameter) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      Status.check(clGetDeviceInfo(id, parameter, (ByteBuffer) null, size), "clGetDeviceInfo");
      ByteBuffer bytes = MemoryUtil.memAlloc((int) size.get(0));
      try {
        Status.check(clGetDeviceInfo(id, parameter, bytes, null), "clGetDeviceInfo");
        return string(bytes);
      } finally {
        MemoryUtil.memFree(bytes);
      }
    }
  }

  long number(int parameter) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer bytes = stack.calloc(Long.BYTES);
      Status.check(clGetDeviceInfo(id, parameter, bytes, null), "clGetDeviceInfo");
      return bytes.getLong(0);
    }
  }

  private boolean flag(int parameter) {
    return (int) number(parameter) != 0;
  }

  private static String string(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString().replace("\0", "").strip();
  }
}
