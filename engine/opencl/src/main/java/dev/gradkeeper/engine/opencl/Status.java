package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;

/** OpenCL's status codes as exceptions. */
final class Status {
  private static final int PLATFORM_NOT_FOUND_KHR = -1001;
  private static final int EXEC_STATUS_ERROR = -14;

  private Status() {}

  /** Throws unless {@code status} is a success; {@code call} names what was tried, and where. */
  static void check(int status, String call) {
    if (status != CL_SUCCESS) {
      throw failure(status, call);
    }
  }

  static AcceleratorException failure(int status, String call) {
    return switch (status) {
      case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_INVALID_BUFFER_SIZE, CL_OUT_OF_HOST_MEMORY ->
          new AcceleratorException(
              Code.OUT_OF_DEVICE_MEMORY,
              "%s: the device's memory is exhausted (OpenCL status %d)".formatted(call, status));
      case CL_DEVICE_NOT_AVAILABLE,
          CL_OUT_OF_RESOURCES,
          CL_INVALID_COMMAND_QUEUE,
          CL_INVALID_CONTEXT,
          CL_INVALID_DEVICE,
          EXEC_STATUS_ERROR ->
          new AcceleratorException(
              Code.DEVICE_LOST,
              "%s: the device does not answer any more (OpenCL status %d)".formatted(call, status));
      case PLATFORM_NOT_FOUND_KHR ->
          new AcceleratorException(Code.NO_DRIVER, call + ": no OpenCL driver is installed");
      default ->
          new AcceleratorException(
              Code.DEVICE_FAILED, "%s: OpenCL status %d".formatted(call, status));
    };
  }
}
