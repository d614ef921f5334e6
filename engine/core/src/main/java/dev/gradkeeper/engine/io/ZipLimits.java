package dev.gradkeeper.engine.io;

/**
 * What an archive of images may ask for. Each is checked before memory is taken.
 *
 * @param maxEntries entries of the archive, folders included
 * @param maxEntryBytes of one file, compressed or not
 * @param maxTotalBytes of all files together, uncompressed
 * @param maxRatio of uncompressed to compressed size, for files above 64 KiB: images hardly
 *     compress
 * @param maxSide width or height of an image, in pixels
 * @param maxPixelBytes of all decoded images together, 3 bytes a pixel
 */
public record ZipLimits(
    int maxEntries,
    int maxEntryBytes,
    long maxTotalBytes,
    int maxRatio,
    int maxSide,
    long maxPixelBytes) {

  public static final ZipLimits DEFAULT =
      new ZipLimits(250_000, 16 << 20, 4L << 30, 100, 2048, 4L << 30);
}
