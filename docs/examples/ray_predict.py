"""Predicts images with an ONNX classifier where they live, on every core or GPU of a Ray cluster, and writes Parquet shards that
“foible predictions import” reads.

    pip install 'ray[data]' onnxruntime pillow
    python ray_predict.py IMAGES MODEL OUT [--workers N] [--threads 1] [--batch 32] [--gpus 0]

IMAGES  a folder, or whatever else Ray Data reads: s3://bucket/folder, gs://..., a list in a file system of your own
MODEL   a folder with model.onnx and preprocessor_config.json, which every worker can read
OUT     a folder, or s3://..., for the shards: file_name, predicted_class, predicted_probability, top_k_classes, top_k_probabilities

Tried with Ray 2.60.0, onnxruntime 1.32.0 and Pillow 13.0.0.
"""

import argparse
import io
import json
import posixpath
from pathlib import Path

import numpy as np
import onnxruntime
import ray
from PIL import Image, ImageOps

EXTENSIONS = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"]
TOP_K = 5


def prepare(data, recipe):
    """The steps of preprocessor_config.json (CLIPImageProcessor: shorter side, centre crop, rescale, normalise), as Foible does them."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    edge, crop = recipe["size"]["shortest_edge"], recipe["crop_size"]
    width, height = image.size
    if width <= height:
        width, height = edge, int(edge * height / width)
    else:
        width, height = int(edge * width / height), edge
    image = image.resize((width, height), Image.Resampling(recipe["resample"]))
    left, top = (width - crop["width"]) // 2, (height - crop["height"]) // 2
    image = image.crop((left, top, left + crop["width"], top + crop["height"]))
    values = np.asarray(image).astype(np.float64) * recipe["rescale_factor"]
    return ((values - recipe["image_mean"]) / recipe["image_std"]).transpose(2, 0, 1).astype(np.float32)


class Predictor:
    """One a worker: the model is loaded once."""

    def __init__(self, model, root, threads, gpus):
        folder = Path(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        providers = ["CUDAExecutionProvider"] if gpus else []
        self.session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=[*providers, "CPUExecutionProvider"]
        )
        self.input = self.session.get_inputs()[0].name
        self.output = self.session.get_outputs()[0].name
        self.recipe = json.loads((folder / "preprocessor_config.json").read_text())
        self.root = root

    def __call__(self, batch):
        names, tensors = [], []
        for path, data in zip(batch["path"], batch["bytes"]):
            name = posixpath.relpath(path, self.root)
            try:
                tensors.append(prepare(data, self.recipe))
                names.append(name)
            except Exception as error:  # One broken image must not end the job; Foible counts it as not predicted.
                print(f"{name}: {error}")
        if not tensors:
            return {"file_name": [], "predicted_class": [], "predicted_probability": [], "top_k_classes": [], "top_k_probabilities": []}
        (logits,) = self.session.run([self.output], {self.input: np.stack(tensors)})
        logits = logits.astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        top = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP_K]
        best = np.take_along_axis(probabilities, top, axis=1).astype(np.float32)
        return {
            "file_name": names,
            "predicted_class": top[:, 0],
            "predicted_probability": best[:, 0],
            "top_k_classes": top.tolist(),
            "top_k_probabilities": best.tolist(),
        }


def without_scheme(path):
    """Ray names files by their paths inside of the file system: s3://bucket/folder is bucket/folder."""
    return path.split("://", 1)[1].rstrip("/") if "://" in path else str(Path(path).resolve())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("images")
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--workers", type=int, help="default: all of the cluster but one CPU, which reads and writes")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--gpus", type=float, default=0, help="of each worker")
    args = parser.parse_args()

    ray.init()
    # Workers that hold every CPU would wait for ever for somebody to read the images.
    cpus = int(ray.cluster_resources()["CPU"])
    workers = args.workers or max(1, (cpus - 1) // args.threads)
    images = args.images if "://" in args.images else str(Path(args.images).resolve())
    model = str(Path(args.model).resolve())
    files = ray.data.read_binary_files(images, include_paths=True, file_extensions=EXTENSIONS)
    predictions = files.map_batches(
        Predictor,
        fn_constructor_args=(model, without_scheme(args.images), args.threads, args.gpus),
        batch_size=args.batch,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=args.threads,
        num_gpus=args.gpus,
    )
    predictions.write_parquet(args.out if "://" in args.out else str(Path(args.out).resolve()))


if __name__ == "__main__":
    main()
