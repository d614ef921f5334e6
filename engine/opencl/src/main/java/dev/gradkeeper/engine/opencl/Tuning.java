package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo.Type;

/**
 * How work is cut for a type of device. None of it changes a result's bits.
 *
 * @param group work-items of a group in kernels of one dimension
 * @param tile side of the outputs' tile in local memory
 * @param tileItems side of the work-group that computes a tile
 * @param tileDepth terms that a tile adds at once
 * @param tiledFrom outputs from which tiles are used
 */
record Tuning(int group, int tile, int tileItems, int tileDepth, int tiledFrom) {

  /** Tiles pay where local memory is a memory of its own; a CPU's is plain cached memory. */
  static Tuning of(Type type) {
    return type == Type.CPU
        ? new Tuning(256, 32, 8, 16, Integer.MAX_VALUE)
        : new Tuning(256, 64, 16, 16, 64 * 64);
  }

  /** For a device whose work-groups hold at most {@code items}. */
  Tuning within(long items) {
    int side = tileItems;
    while ((long) side * side > items) {
      side /= 2;
    }
    return new Tuning((int) Math.min(group, items), tile, side, tileDepth, tiledFrom);
  }

  /** The constants that the kernels are compiled with. */
  String options() {
    return "-DTILE=%d -DTILE_ITEMS=%d -DTILE_K=%d".formatted(tile, tileItems, tileDepth);
  }

  /** Whether a product of as many rows and columns is computed by tiles. */
  boolean tiles(int rows, int columns) {
    return rows >= tile / 2 && (long) rows * columns >= tiledFrom;
  }

  /** The range of a product of m rows and n columns by tiles. */
  Launch overTiles(Launch launch, int m, int n, int batches) {
    long columns = (long) Math.ceilDiv(n, tile) * tileItems;
    long rows = (long) Math.ceilDiv(m, tile) * tileItems;
    return launch.over(columns, rows, batches, tileItems, tileItems);
  }
}
