package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.ZipLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What an upload may ask for, under {@code gradkeeper.datasets}.
 *
 * @param maxUpload of the file
 * @param maxEntries of an archive, folders included
 * @param maxEntry size of one file of an archive
 * @param maxUnpacked size of all files of an archive together
 * @param maxRatio of unpacked to packed size of a file of an archive
 * @param maxImageSide in pixels
 * @param maxDecoded size of all decoded images together
 * @param cache decoded datasets kept in the home folder; those in use are kept beyond it
 */
@ConfigurationProperties("gradkeeper.datasets")
record DatasetProperties(
    @DefaultValue("2GB") DataSize maxUpload,
    @DefaultValue("250000") int maxEntries,
    @DefaultValue("16MB") DataSize maxEntry,
    @DefaultValue("4GB") DataSize maxUnpacked,
    @DefaultValue("100") int maxRatio,
    @DefaultValue("2048") int maxImageSide,
    @DefaultValue("4GB") DataSize maxDecoded,
    @DefaultValue("16GB") DataSize cache) {

  ZipLimits zipLimits() {
    return new ZipLimits(
        maxEntries,
        Math.toIntExact(maxEntry.toBytes()),
        maxUnpacked.toBytes(),
        maxRatio,
        maxImageSide,
        maxDecoded.toBytes());
  }
}
