"""Makes the JPEG 2000 pictures of this folder, what Pillow decodes from them, and their lines of manifest.csv.

usage: make_jp2_fixtures.py SOURCE.png   (Pillow 12.3 with openjpeg 2.5.4, opj_compress 2.5.0; run once by hand in this folder)
"""
import subprocess
import sys
import tempfile

from PIL import Image

SRC = Image.open(sys.argv[1]).convert("RGB").crop((20, 10, 84, 58))
TMP = tempfile.mkdtemp()
SRC.save(TMP + "/rgb.ppm")
SRC.convert("L").save(TMP + "/grey.pgm")
rows = []


def done(name, alpha=0):
    im = Image.open(name)
    open(name + ".rgb", "wb").write(im.convert("RGB").tobytes())
    if alpha:
        p = im.convert("RGBA").tobytes()
        white = bytes((p[i + c] * p[i + 3] + 255 * (255 - p[i + 3]) + 127) // 255 for i in range(0, len(p), 4) for c in range(3))
        open(name + ".white.rgb", "wb").write(white)
    rows.append([name, "JPEG2000", *im.size, 1, 1, alpha, 8, *im.size])


def openjpeg(name, *args, source="rgb.ppm"):
    subprocess.run(["opj_compress", "-i", TMP + "/" + source, "-o", name, *args], check=True, stdout=subprocess.DEVNULL)
    done(name)


def pillow(name, image, alpha=0):
    image.save(name, "JPEG2000")
    done(name, alpha)


openjpeg("plain.jp2")
openjpeg("grey.jp2", source="grey.pgm")
openjpeg("lossy_layers.jp2", "-I", "-r", "40,20,5")
openjpeg("tiles_precincts.j2k", "-p", "CPRL", "-r", "20,4,1", "-c", "[32,32],[16,16]", "-n", "4", "-t", "24,20", "-SOP", "-EPH")
openjpeg("tile_parts.j2k", "-p", "RPCL", "-r", "20,4", "-TP", "R", "-n", "4")
openjpeg("bypass.j2k", "-M", "1", "-r", "6,1")
openjpeg("all_styles.j2k", "-M", "63", "-n", "3", "-r", "1.5")
openjpeg("offset.j2k", "-d", "13,27", "-t", "40,40", "-T", "5,7", "-I", "-r", "4", "-p", "PCRL")
openjpeg("region.jp2", "-ROI", "c=1,U=9", "-p", "RLCP", "-I", "-r", "4")
openjpeg("orders.j2k", "-POC", "T1=0,0,1,6,3,CPRL/T1=0,0,1,6,3,RPCL")
alpha = SRC.convert("RGBA")
alpha.putalpha(Image.linear_gradient("L").resize(SRC.size))
pillow("opacity.jp2", alpha, 1)
pillow("cmyk.jp2", SRC.convert("CMYK"))
pillow("tiny.jp2", SRC.crop((0, 0, 3, 7)))
with open("manifest.csv", "a") as f:
    f.writelines(",".join(map(str, r)) + "\n" for r in rows)
