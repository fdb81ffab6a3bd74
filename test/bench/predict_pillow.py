"""Predicts images with Pillow and Python's onnxruntime, as one would write it with care: two threads prepare batches ahead, the main
thread runs them on all cores. Prints images a second, from the first batch that is ready on.

python3 predict_pillow.py <model folder> <file with one path a line> <cores>
Needs Pillow, NumPy and onnxruntime.
"""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

batch_size = 8
decode_threads = 2
batches_ahead = 4

folder, listing, cores = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
files = listing.read_text().splitlines()
recipe = json.loads((folder / 'preprocessor_config.json').read_text())
edge, crop = recipe['size']['shortest_edge'], recipe['crop_size']
scale = np.float32(recipe['rescale_factor']) / np.float32(recipe['image_std'])
shift = np.float32(recipe['image_mean']) / np.float32(recipe['image_std'])


def prepare(file):
    image = ImageOps.exif_transpose(Image.open(file)).convert('RGB')
    width, height = image.size
    width, height = (edge, int(edge * height / width)) if width <= height else (int(edge * width / height), edge)
    image = image.resize((width, height), Image.Resampling(recipe['resample']))
    left, top = (width - crop['width']) // 2, (height - crop['height']) // 2
    image = image.crop((left, top, left + crop['width'], top + crop['height']))
    return (np.asarray(image, dtype=np.float32) * scale - shift).transpose(2, 0, 1)


def prepare_batch(some):
    return np.stack([prepare(file) for file in some])


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = cores
session = onnxruntime.InferenceSession(folder / 'model.onnx', options, providers=['CPUExecutionProvider'])
input_name = session.get_inputs()[0].name
batches = [files[at : at + batch_size] for at in range(0, len(files), batch_size)]
answers = 0
with ThreadPoolExecutor(decode_threads) as pool:
    session.run(['logits'], {input_name: prepare_batch(files[:batch_size])})
    started = time.perf_counter()
    waiting = [pool.submit(prepare_batch, batch) for batch in batches[:batches_ahead]]
    for number in range(len(batches)):
        values = waiting.pop(0).result()
        if number + batches_ahead < len(batches):
            waiting.append(pool.submit(prepare_batch, batches[number + batches_ahead]))
        (logits,) = session.run(['logits'], {input_name: values})
        answers += len(logits.argsort(axis=1)[:, -5:])
    print(answers / (time.perf_counter() - started))
