/**
 * Bytes to pixels: pictures and folders of frames, as upright 8-bit RGB.
 *
 * <p>A picture passes through three steps. {@link dev.ocelli.media.ImageFile} reads a file's bytes
 * within a limit. Its container is walked without decoding: format, size, orientation, and whether
 * the file is complete; every limit is checked here, before anything is allocated that the file
 * asks for. Then {@link dev.ocelli.media.ImageDecoder} decodes a copy of the container that has
 * been reduced to what pixels need, so neither metadata nor colour profiles can do harm or change a
 * value.
 *
 * <p>Pixels are those of {@code PIL.Image.open(...).convert("RGB")} after EXIF rotation, which is
 * what the reference feeds to the model: transparency is dropped, colour profiles and gamma are
 * ignored. There is one deliberate difference: 16-bit grey pictures keep their upper eight bits,
 * like all other 16-bit pictures, where Pillow turns nearly all of them white.
 */
@NullMarked
package dev.ocelli.media;

import org.jspecify.annotations.NullMarked;
