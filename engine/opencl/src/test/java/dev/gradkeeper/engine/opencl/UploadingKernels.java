package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Link;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A device's kernels over heap storages: each call uploads what its views lie in, whole, and
 * downloads it again. So the cases that are written for the CPU run on a device.
 */
final class UploadingKernels {
  private UploadingKernels() {}

  static Kernels on(Device device) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              Map<HeapStorage, Storage> uploaded = new IdentityHashMap<>();
              Object[] onDevice =
                  Arrays.stream(arguments).map(a -> upload(device, a, uploaded)).toArray();
              try {
                method.invoke(device.kernels(), onDevice);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              uploaded.forEach(
                  (heap, storage) -> device.read(storage, 0, heap.array(), 0, heap.length()));
              return null;
            });
  }

  /** A view, or what holds views, on the device; anything else as it is. */
  private static Object upload(Device device, Object argument, Map<HeapStorage, Storage> uploaded) {
    return switch (argument) {
      case View view -> upload(device, view, uploaded);
      case View[] views ->
          Arrays.stream(views).map(view -> upload(device, view, uploaded)).toArray(View[]::new);
      case Link[] links ->
          Arrays.stream(links).map(link -> upload(device, link, uploaded)).toArray(Link[]::new);
      case Record record -> {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types =
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
          Object[] values = new Object[components.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = upload(device, components[i].getAccessor().invoke(record), uploaded);
          }
          yield record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
          throw new LinkageError(record.getClass().getName(), e);
        }
      }
      case null, default -> argument;
    };
  }

  private static View upload(Device device, View view, Map<HeapStorage, Storage> uploaded) {
    HeapStorage heap = (HeapStorage) view.storage();
    Storage storage =
        uploaded.computeIfAbsent(
            heap,
            _ -> {
              Storage memory = device.allocate(heap.dtype(), heap.length());
              device.write(heap.array(), 0, memory, 0, heap.length());
              return memory;
            });
    return new View(storage, view.offset(), view.sizes(), view.strides());
  }
}
