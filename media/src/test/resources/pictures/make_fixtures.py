"""Makes the pictures of this folder and what Pillow decodes from them.

usage: make_fixtures.py SOURCE.png   (Pillow 12.3, NumPy; run once by hand in this folder)

SOURCE.png is a coloured picture of at least 64 x 48 pixels. For every picture X there is X.rgb, the bytes of
ImageOps.exif_transpose(Image.open(X)).convert("RGB"), and a line in manifest.csv. 16-bit grey pictures are the one exception:
their X.rgb has the upper eight bits, where Pillow saturates. X.white.rgb is the picture laid on white.
"""
import io
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

SRC = Image.open(sys.argv[1]).convert("RGB")
A = np.asarray(SRC)[5:34, 7:44].copy()          # 29 rows of 37 pixels
H, W = A.shape[:2]
RGB = Image.fromarray(A)
ALPHA = ((np.arange(W)[None, :] * 7 + np.arange(H)[:, None] * 5) % 256).astype(np.uint8)
RGBA = Image.fromarray(np.dstack([A, ALPHA]))
rng = np.random.default_rng(1)
rows = []


def add(name, data, fmt, bits=8, orientation=1, frames=1, alpha=0, expected=None, white=False):
    open(name, "wb").write(data)
    with Image.open(io.BytesIO(data)) as im:
        stored = im.size if fmt != "TIFF" else (im.tag_v2[256], im.tag_v2[257])
        up = ImageOps.exif_transpose(im)
        if expected is None:
            expected = np.asarray(up.convert("RGB"))
        if white:
            r = up.convert("RGBA")
            a = np.asarray(r).astype(int)
            w = (a[..., :3] * a[..., 3:] + 255 * (255 - a[..., 3:]) + 127) // 255
            open(name + ".white.rgb", "wb").write(w.astype(np.uint8).tobytes())
    open(name + ".rgb", "wb").write(expected.astype(np.uint8).tobytes())
    rows.append([name, fmt, *stored, orientation, frames, alpha, bits, expected.shape[1], expected.shape[0]])


def saved(im, fmt, **kw):
    b = io.BytesIO()
    im.save(b, fmt, **kw)
    return b.getvalue()


# ------------------------------------------------------------------ PNG, written here to have every colour type
def chunk(t, d):
    return struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))


def pack(rows_, bits):
    out = b""
    for r in rows_:                                # r: samples of one row
        if bits == 16:
            out += b"\0" + r.astype(">u2").tobytes()
        elif bits == 8:
            out += b"\0" + r.astype(np.uint8).tobytes()
        else:
            b = ((r[:, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).ravel()
            out += b"\0" + np.packbits(b).tobytes()
    return out


def png(samples, color, bits, interlace=False, extra=()):
    """samples: [H, W, channels]"""
    h, w, c = samples.shape
    if interlace:
        raw = b""
        for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
            s = samples[y0::dy, x0::dx]
            if s.size:
                raw += pack([r.reshape(-1) for r in s], bits)
    else:
        raw = pack([r.reshape(-1) for r in samples], bits)
    head = struct.pack(">IIBBBBB", w, h, bits, color, 0, 0, int(interlace))
    z = zlib.compress(raw, 9)
    k = len(z) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunk(*e) for e in extra)
            + chunk(b"IDAT", z[:k]) + chunk(b"IDAT", z[k:]) + chunk(b"IEND", b""))


for inter in (False, True):
    s = "_adam7" if inter else ""
    for bits in (1, 2, 4, 8, 16):
        v = rng.integers(0, 1 << bits, (H, W, 1))
        add(f"grey{bits}{s}.png", png(v, 0, bits, inter), "PNG", bits,
            expected=np.repeat(v >> 8, 3, 2) if bits == 16 else None)
        if bits <= 8:
            n = 1 << bits
            pal = rng.integers(0, 256, (n, 3)).astype(np.uint8)
            add(f"palette{bits}{s}.png", png(v, 3, bits, inter, [(b"PLTE", pal.tobytes())]), "PNG", bits)
        if bits >= 8:
            for color, ch, name in ((2, 3, "rgb"), (4, 2, "greyalpha"), (6, 4, "rgba")):
                add(f"{name}{bits}{s}.png", png(rng.integers(0, 1 << bits, (H, W, ch)), color, bits, inter), "PNG", bits,
                    alpha=int(color >= 4), white=bits == 8 and color >= 4)
pal = rng.integers(0, 256, (16, 3)).astype(np.uint8)
v = rng.integers(0, 16, (H, W, 1))
add("palette4_trns.png", png(v, 3, 4, False, [(b"PLTE", pal.tobytes()), (b"tRNS", bytes([0, 255, 128, 3]))]), "PNG", 4, alpha=1, white=True)
add("palette4_short.png", png(np.minimum(v, 9), 3, 4, False, [(b"PLTE", pal[:10].tobytes())]), "PNG", 4)
v = rng.integers(0, 256, (H, W, 1))
add("grey8_trns.png", png(v, 0, 8, False, [(b"tRNS", struct.pack(">H", int(v[3, 3, 0])))]), "PNG", alpha=1, white=True)
add("rgb8_trns.png", png(A.astype(int), 2, 8, False, [(b"tRNS", struct.pack(">3H", *map(int, A[0, 0])))]), "PNG", alpha=1, white=True)
add("rgb8_gamma.png", png(A.astype(int), 2, 8, False, [(b"gAMA", struct.pack(">I", 100000)), (b"sBIT", bytes([5, 6, 5])),
                                                      (b"tEXt", b"Comment\0hello"), (b"pHYs", struct.pack(">IIB", 1000, 2000, 1))]), "PNG")
icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
add("rgb8_icc.png", saved(RGB, "PNG", icc_profile=icc), "PNG")
add("rgb8_filters.png", saved(RGB, "PNG"), "PNG")
for o in range(1, 9):
    ex = Image.Exif()
    ex[0x112] = o
    add(f"orientation{o}.png", saved(RGB, "PNG", exif=ex), "PNG", orientation=o)
    add(f"orientation{o}.jpg", saved(RGB, "JPEG", exif=ex, quality=90), "JPEG", orientation=o)
    add(f"orientation{o}.webp", saved(RGB, "WEBP", exif=ex, lossless=True), "WEBP", orientation=o)
    add(f"orientation{o}.tif", saved(RGB, "TIFF", tiffinfo={274: o}), "TIFF", orientation=o)

# ------------------------------------------------------------------ JPEG
for name, kw in {"q30_420": dict(quality=30), "q95_420": dict(quality=95), "q75_422": dict(subsampling=1), "q75_444": dict(subsampling=0),
                 "progressive": dict(progressive=True, quality=85), "progressive_444": dict(progressive=True, subsampling=0),
                 "restart": dict(restart_marker_rows=1), "optimized": dict(optimize=True), "rgb": dict(keep_rgb=True, subsampling=0),
                 "icc": dict(icc_profile=icc, quality=90), "bad_icc": dict(icc_profile=b"nonsense" * 9, quality=90),
                 "comment": dict(comment=b"hello", quality=90)}.items():
    add(f"{name}.jpg", saved(RGB, "JPEG", **kw), "JPEG")
add("grey.jpg", saved(RGB.convert("L"), "JPEG", quality=90), "JPEG")
add("grey_progressive.jpg", saved(RGB.convert("L"), "JPEG", quality=90, progressive=True), "JPEG")
cmyk = saved(RGB.convert("CMYK"), "JPEG", quality=90)
add("cmyk.jpg", cmyk, "JPEG")
i = cmyk.index(b"Adobe")
add("ycck.jpg", cmyk[:i + 11] + b"\2" + cmyk[i + 12:], "JPEG")
plain = saved(RGB, "JPEG", quality=85)
n = struct.unpack(">H", plain[4:6])[0]
bare = plain[:2] + plain[4 + n:]                  # without the JFIF segment
add("bare.jpg", bare, "JPEG")
bare444 = saved(RGB, "JPEG", quality=85, subsampling=0)
add("bare_444.jpg", bare444[:2] + bare444[4 + n:], "JPEG")
add("trailing.jpg", plain + b"\0more bytes after the picture\xff\xd8\xff", "JPEG")
big = Image.fromarray(np.asarray(SRC)[:48, :64].repeat(3, 0).repeat(2, 1)[:131, :127])
add("larger_420.jpg", saved(big, "JPEG", quality=80), "JPEG")

# ------------------------------------------------------------------ WebP
add("lossless.webp", saved(RGB, "WEBP", lossless=True), "WEBP")
add("lossless_alpha.webp", saved(RGBA, "WEBP", lossless=True, exact=True), "WEBP", alpha=1, white=True)
add("lossless_palette.webp", saved(RGB.quantize(7).convert("RGB"), "WEBP", lossless=True), "WEBP")
for q in (5, 40, 80, 100):
    for m in (0, 6):
        add(f"lossy_q{q}_m{m}.webp", saved(RGB, "WEBP", quality=q, method=m), "WEBP")
add("lossy_alpha.webp", saved(RGBA, "WEBP", quality=80, exact=True), "WEBP", alpha=1, white=True)
add("lossy_larger.webp", saved(big, "WEBP", quality=75), "WEBP")
add("lossy_icc.webp", saved(RGB, "WEBP", quality=80, icc_profile=icc), "WEBP")
add("animated.webp", saved(RGB, "WEBP", save_all=True, append_images=[RGB.rotate(180)], lossless=True), "WEBP", frames=2, alpha=1)
add("animated_lossy.webp", saved(RGB, "WEBP", save_all=True, append_images=[RGB.rotate(180)], quality=70), "WEBP", frames=2)

# ------------------------------------------------------------------ GIF
P = RGB.quantize(60)
add("plain.gif", saved(P, "GIF"), "GIF")
add("sequential.gif", saved(P, "GIF", interlace=0), "GIF")
add("grey.gif", saved(RGB.convert("L"), "GIF"), "GIF")
add("transparent.gif", saved(P, "GIF", transparency=5), "GIF", alpha=1, white=True)
add("animated.gif", saved(P, "GIF", save_all=True, append_images=[P.rotate(180), P.transpose(0)], duration=50), "GIF", frames=3)
g = bytearray(saved(P, "GIF", interlace=0))


def screen(g, sw, sh, fx, fy):
    """Another logical screen and frame position."""
    g = bytearray(g)
    at = g.index(b"\x2c\0\0\0\0" + struct.pack("<HH", W, H))
    g[6:10] = struct.pack("<HH", sw, sh)
    g[at + 1:at + 5] = struct.pack("<HH", fx, fy)
    return bytes(g)


add("screen.gif", screen(g, 50, 40, 6, 9), "GIF")
add("screen_small.gif", screen(g, 10, 12, 3, 2), "GIF")
add("screen_transparent.gif", screen(saved(P, "GIF", transparency=5, interlace=0), 50, 40, 6, 9), "GIF", alpha=1, white=True)
add("one_bit.gif", saved(RGB.convert("1"), "GIF"), "GIF")

# ------------------------------------------------------------------ BMP
add("rgb24.bmp", saved(RGB, "BMP"), "BMP", 24)
add("rgba32.bmp", saved(RGBA, "BMP"), "BMP", 32)
add("palette8.bmp", saved(P, "BMP"), "BMP", 8)
add("grey8.bmp", saved(RGB.convert("L"), "BMP"), "BMP", 8)
add("one1.bmp", saved(RGB.convert("1"), "BMP"), "BMP", 1)


def bmp(bits, compression, data, palette=b"", masks=b"", height=H, colors=0):
    off = 14 + 40 + len(masks) + len(palette)
    return (b"BM" + struct.pack("<IHHI", off + len(data), 0, 0, off)
            + struct.pack("<IiiHHIIiiII", 40, W, height, 1, bits, compression, len(data), 2835, 2835, colors, 0) + masks + palette + data)


def bmp_rows(rows_):
    return b"".join(r + b"\0" * (-len(r) % 4) for r in rows_)


B = A.astype(int)
w555 = (B[..., 0] >> 3 << 10 | B[..., 1] >> 3 << 5 | B[..., 2] >> 3).astype("<u2")
w565 = (B[..., 0] >> 3 << 11 | B[..., 1] >> 2 << 5 | B[..., 2] >> 3).astype("<u2")
add("rgb555.bmp", bmp(16, 0, bmp_rows([r.tobytes() for r in w555[::-1]])), "BMP", 16)
add("rgb565.bmp", bmp(16, 3, bmp_rows([r.tobytes() for r in w565[::-1]]), masks=struct.pack("<3I", 0xF800, 0x7E0, 0x1F)), "BMP", 16)
add("topdown24.bmp", bmp(24, 0, bmp_rows([r[:, ::-1].tobytes() for r in A]), height=-H), "BMP", 24)
x = np.dstack([A[..., ::-1], np.full((H, W), 77, np.uint8)])
add("rgbx32.bmp", bmp(32, 0, x[::-1].tobytes()), "BMP", 32)
i4 = rng.integers(0, 16, (H, W + 1)).astype(np.uint8)
i4[:, -1] = 0
pal4 = np.c_[rng.integers(0, 256, (16, 3)), np.zeros(16)].astype(np.uint8).tobytes()
add("palette4.bmp", bmp(4, 0, bmp_rows([(r[0::2] << 4 | r[1::2]).tobytes() for r in i4[::-1]]), palette=pal4, colors=16), "BMP", 4)
i8 = np.repeat(rng.integers(0, 16, (H, 8)), 5, 1)[:, :W].astype(np.uint8)
rle = b""
for r in i8[::-1]:
    rle += b"".join(bytes([min(5, W - k), int(r[k])]) for k in range(0, 30, 5)) + bytes([0, W - 30]) + r[30:].tobytes() + b"\0" * ((W - 30) % 2) + b"\0\0"
pal8 = np.c_[rng.integers(0, 256, (16, 3)), np.zeros(16)].astype(np.uint8).tobytes()
add("rle8.bmp", bmp(8, 1, rle + b"\0\1", palette=pal8, colors=16), "BMP", 8)
os2 = b"BM" + struct.pack("<IHHI", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, W, H, 1, 24) + bmp_rows([r[:, ::-1].tobytes() for r in A[::-1]])
add("os2.bmp", os2, "BMP", 24)

# ------------------------------------------------------------------ TIFF
for comp in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    add(f"rgb_{comp}.tif", saved(RGB, "TIFF", compression=comp), "TIFF")
add("rgb_jpeg.tif", saved(RGB, "TIFF", compression="jpeg", quality=90), "TIFF")
for comp in ("group3", "group4", None):
    add(f"one_{comp}.tif", saved(RGB.convert("1"), "TIFF", compression=comp), "TIFF", 1)
add("grey.tif", saved(RGB.convert("L"), "TIFF"), "TIFF")
add("palette.tif", saved(P, "TIFF"), "TIFF")
add("rgba.tif", saved(RGBA, "TIFF", compression="tiff_lzw"), "TIFF", alpha=1, white=True)
add("greyalpha.tif", saved(RGBA.convert("LA"), "TIFF"), "TIFF", alpha=1)
add("cmyk.tif", saved(RGB.convert("CMYK"), "TIFF"), "TIFF")
v16 = rng.integers(0, 65536, (H, W)).astype(np.uint16)
add("grey16.tif", saved(Image.fromarray(v16), "TIFF"), "TIFF", 16, expected=np.repeat((v16 >> 8)[..., None], 3, 2))
add("pages.tif", saved(RGB, "TIFF", save_all=True, append_images=[RGB.rotate(180)]), "TIFF", frames=2)


def tiff(big, tags, data):
    """A TIFF of one strip; tags: {tag: (type, values)}"""
    e = ">" if big else "<"
    tags = dict(tags)
    n = len(tags) + 2
    at = 8 + 2 + 12 * n + 4
    extra = b""
    tags[273] = (4, [0])
    tags[279] = (4, [len(data)])
    ents = b""
    blobs = {}
    for t in sorted(tags):
        ty, vals = tags[t]
        b = b"".join(struct.pack(e + {3: "H", 4: "I"}[ty], x) for x in vals)
        blobs[t] = (ty, len(vals), b)
    pos = at
    for t, (ty, k, b) in blobs.items():
        if len(b) > 4:
            pos += len(b)
    for t, (ty, k, b) in blobs.items():
        if t == 273:
            b = struct.pack(e + "I", pos)
        if len(b) > 4:
            ents += struct.pack(e + "HHII", t, ty, k, at + len(extra))
            extra += b
        else:
            ents += struct.pack(e + "HHI", t, ty, k) + b + b"\0" * (4 - len(b))
    return (b"MM\0*" if big else b"II*\0") + struct.pack(e + "I", 8) + struct.pack(e + "H", n) + ents + struct.pack(e + "I", 0) + extra + data


base = {256: (4, [W]), 257: (4, [H]), 259: (3, [1]), 278: (4, [H])}
add("big_endian.tif", tiff(True, {**base, 258: (3, [8, 8, 8]), 262: (3, [2]), 277: (3, [3])}, A.tobytes()), "TIFF")
add("rgb16_big_endian.tif", tiff(True, {**base, 258: (3, [16] * 3), 262: (3, [2]), 277: (3, [3])},
                                 rng.integers(0, 65536, (H, W, 3)).astype(">u2").tobytes()), "TIFF", 16)
add("white_is_zero.tif", tiff(False, {**base, 258: (3, [8]), 262: (3, [0]), 277: (3, [1])}, A[..., 0].tobytes()), "TIFF")
add("white_is_zero1.tif", tiff(False, {**base, 258: (3, [1]), 262: (3, [0]), 277: (3, [1])}, np.packbits(A[..., 0] > 120, axis=1).tobytes()), "TIFF", 1)

with open("manifest.csv", "w") as f:
    f.write("file,format,stored_width,stored_height,orientation,frames,alpha,bits,width,height\n")
    for r in rows:
        f.write(",".join(map(str, r)) + "\n")
print(len(rows), "pictures")
