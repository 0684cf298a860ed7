package dev.seneschal.retention.segment;

import dev.seneschal.retention.json.Json;
import java.util.List;

/**
 * What is in a sealed segment; kept in the database and, as its manifest, beside its files.
 *
 * @param rows how many rows
 * @param rowFile the file of the rows, relative to the archive; null if rows are deleted without an archive
 * @param keyFile the file of their keys and versions
 * @param rowBytes bytes of the row file
 * @param keyBytes bytes of the key file
 * @param rowSha256 of the row file as stored
 * @param keySha256 of the key file as stored
 * @param plainSha256 of the rows before compression
 * @param digest over the keys, comparable with the plan's
 * @param oldest time of the first row, as PostgreSQL prints it
 * @param newest time of the last row
 * @param lastPosition where the next segment continues
 * @param columns name and type of every archived column, in the order of the fields
 * @param fingerprint of the table's shape
 * @param systemIdentifier of the cluster in which the versions mean something
 * @param serverVersion of PostgreSQL
 * @param previousManifest hash of the manifest of the segment before, or an empty string
 */
public record Content(
        long rows,
        String rowFile,
        String keyFile,
        long rowBytes,
        long keyBytes,
        String rowSha256,
        String keySha256,
        String plainSha256,
        String digest,
        String oldest,
        String newest,
        List<String> lastPosition,
        List<String> columns,
        String fingerprint,
        String systemIdentifier,
        String serverVersion,
        String previousManifest) {

    /** Returns the names of its files, relative to the archive. */
    public List<String> files() {
        return rowFile == null ? List.of(keyFile) : List.of(rowFile, SegmentWriter.manifest(rowFile), keyFile);
    }

    /** Returns the content as JSON text. */
    public String json() {
        return Json.write(this);
    }

    /** Reads a content that was kept. */
    public static Content parse(String json) {
        return Json.read(json, Content.class);
    }
}
