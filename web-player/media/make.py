"""Makes the two demo lessons beside this file: <id>.webm, <id>.jpg and lessons.json.

Needs (Debian names): ffmpeg with libvpx and libopus, espeak-ng, fonts-noto-cjk, and Python 3.11+
with Pillow and numpy. Run: python3 make.py [lesson id ...]; about two minutes on two cores.
Words, diagrams and sound are made here; nothing is taken from elsewhere. Afterwards: npm run format.
SHEET=1 draws one still for each line of narration into WORK (default: a temporary folder)
instead.
"""
import json
import os
import subprocess
import sys
import tempfile
from multiprocessing import Process

import electric_safety
import fire_extinguisher
from kit import film
from questions import QUESTIONS

HERE = os.path.dirname(os.path.abspath(__file__))
LESSONS = [fire_extinguisher.LESSON, electric_safety.LESSON]


def duration_ms(path):
    out = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path], check=True, capture_output=True, text=True)
    return int(float(out.stdout) * 1000)


def main():
    work = os.environ.get("WORK") or tempfile.mkdtemp()
    wanted = [lesson for lesson in LESSONS if not sys.argv[1:] or lesson["id"] in sys.argv[1:]]
    jobs = [Process(target=film, args=(lesson, HERE, work)) for lesson in wanted]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if any(job.exitcode for job in jobs):
        raise SystemExit(1)
    if os.environ.get("SHEET"):
        return
    rows = [{
        "id": lesson["id"], "title": lesson["title"], "titleEn": lesson["titleEn"],
        "file": f"{lesson['id']}.webm", "poster": f"{lesson['id']}.jpg",
        "durationMs": duration_ms(f"{HERE}/{lesson['id']}.webm"), "questions": QUESTIONS[lesson["id"]],
    } for lesson in LESSONS]
    with open(f"{HERE}/lessons.json", "w", encoding="utf-8") as f:
        json.dump(rows, f, ensure_ascii=False, indent=2)
        f.write("\n")


if __name__ == "__main__":
    main()
