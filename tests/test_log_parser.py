"""What a log line really says."""

import pytest

from jobs.log_parser import START_UP_NOISE, Severity, delivered, read, visible

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("INFO", INFO),
        ("info", INFO),
        ("DEFAULT", INFO),
        ("NOTICE", INFO),
        ("WARNING", WARNING),
        ("ERROR", ERROR),
        ("EMERGENCY", Severity.CRITICAL),
        ("", INFO),
        ("banana", INFO),
    ],
)
def test_the_cloud_s_words_for_levels(level: str, severity: Severity) -> None:
    assert delivered(level) == severity


@pytest.mark.parametrize(
    ("message", "severity", "rule"),
    [
        ("2026-05-06 14:30:33.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] CPU", INFO, "TensorFlow"),
        (
            "2026-05-06 14:30:33.123456: W tensorflow/compiler/tf2tensorrt/utils.cc:38] No TensorRT",
            WARNING,
            "TensorFlow",
        ),
        ("2026-05-06 14:30:33.123456: E external/local_xla/cuda_dnn.cc:9261] Unable to register", ERROR, "TensorFlow"),
        ("W0000 00:00:1715005833.123456    1 gpu_device.cc:2344] Cannot dlopen", WARNING, "glog"),
        ("I0506 14:30:33.123456 12345 file.cc:12] hello", INFO, "glog"),
        ("INFO:root:loading 240 images", INFO, "Python logging"),
        ("2026-05-06 14:30:33,123 - WARNING - few images", WARNING, "Python logging"),
        ("WARNING: Running pip as the 'root' user can result in broken permissions", INFO, START_UP_NOISE),
        ("WARNING: Retrying after connection broken", WARNING, "Python logging"),
        ("train: WARNING ⚠️ 12.jpg: 1 duplicate labels removed", WARNING, "Python logging"),
        ("[2024-03-24 04:07:20,231] [INFO] [runner.py:568:main] cmd = python", INFO, "Python logging"),
        ("2026-05-06 14:30:33.123 | WARNING  | train:main:12 - few images", WARNING, "Python logging"),
        ("[ WARN:0@0.017] global cap.cpp:96 open", WARNING, "Python logging"),
        ("[W1118 08:53:25.123456789 Context.cpp:61] Warning: x", WARNING, "PyTorch"),
        ("[rank0]:[E1118 08:53:25.123456789 ProcessGroupNCCL.cpp:616] Watchdog timeout", ERROR, "PyTorch"),
        (" 45%|████▌     | 9/20 [00:01<00:01,  8.51it/s]", INFO, "progress bar"),
        ("12/50 [====>.........] - ETA: 3s - loss: 0.31", INFO, "progress bar"),
        ("\x1b[1m24/24\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m 1s 21ms/step - loss: 0.3", INFO, "progress bar"),
        ("/lib/x.py:12: UserWarning: deprecated", WARNING, "Python warning"),
        ("Traceback (most recent call last):", ERROR, "Python traceback"),
        ("something that no rule knows", ERROR, ""),
    ],
)
def test_lines_that_arrive_as_error_are_read_for_what_they_are(message: str, severity: Severity, rule: str) -> None:
    reading = read("ERROR", message)
    assert (reading.severity, reading.rule) == (severity, rule)


@pytest.mark.parametrize(
    "message",
    [
        "100%|██████████| 44.7M/44.7M [00:00<00:00, 118MB/s]",
        "125it [00:03, 38.24it/s]",
        "0it [00:00, ?it/s]",
        "Training: |          | 0/? [00:00<?, ?it/s]",
        "Epoch 1: 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s, loss=[0.3, 0.2], v_num=0]",
        "  0% 0/297 [00:00<?, ?it/s]",
        "train: Scanning /labels/train... 1600 images, 0 corrupt: 100%|████| 1600/1600 [00:02<00:00, 800.1it/s]",
        "      10/10      2.39G      1.179          8        640: 100% 297/297 [02:32<00:00,  1.95it/s]",
        "     ━━━━━━━━━━━━━━━━━━━━━━━━━━ 12.3/12.3 MB 45.2 MB/s eta 0:00:00",
        "Epoch 3/9  ━━━━━━━━╸━━━━ 12/100 0:00:03 • 0:00:20 4.31it/s",
        "102967424/102967424 [==============================] - 1s 0us/step",
        "10%|█         | 1/10 [00:01<00:09]\r20%|██        | 2/10 [00:02<00:08]",
        "Downloading data from https://storage.googleapis.com/tensorflow/mnist.npz",
        "Downloading data from https://…",
        'Downloading: "https://download.pytorch.org/models/r.pth" to /root/.cache/torch/hub/checkpoints/r.pth',
        "Downloading https://github.com/ultralytics/assets/releases/download/v8.3.0/yolov8n.pt to 'yolov8n.pt'...",
        "I0000 00:00:1715005833.123456    1234 cuda_executor.cc:1015] …",
        "\n",
    ],
)
def test_what_goes_to_the_error_stream_and_tells_of_no_error_is_information(message: str) -> None:
    assert read("ERROR", message).severity == INFO


@pytest.mark.parametrize(
    "message",
    [
        "ValueError: Found 3/10 [images] without labels",
        " 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s]\rRuntimeError: CUDA out of memory",
        " 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s]RuntimeError: CUDA out of memory",
        "RuntimeError: CUDA out of memory 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s]",
        "  0%|          | 0/100 [00:00<?, ?it/s]terminate called after throwing an instance of 'c10::Error'",
        "12/50 [====>.........] - ETA: 3s - loss: nan\nFatal Python error: Segmentation fault",
        "[rank1]: torch.cuda.OutOfMemoryError: CUDA out of memory.",
        "Killed",
        "Segmentation fault (core dumped)",
    ],
)
@pytest.mark.parametrize("level", ["INFO", "ERROR", "CRITICAL"])
def test_the_message_of_an_error_is_one_whatever_stands_beside_it(level: str, message: str) -> None:
    assert read(level, message).severity == max(ERROR, delivered(level))


@pytest.mark.parametrize(
    "message",
    [
        "12/50 [====>.........] - ETA: 3s - loss: 0.31CUDA out of memory",
        "100%|██████████| 20/20 [00:04<00:00, 2.04it/s] device-side assert triggered",
        "failed to load image 3 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s]",
        "3/10 [images] unreadable",
        "checkpoint 3/10 [00:12 lost]",
        "Downloading data from https://example.com/x failed: 404",
        "10%|█         | 1/10 [00:01<00:09]\rcould not read 12.jpg",
        "the driver failed (Warning: reset needed)",
    ],
)
def test_an_error_never_reads_as_less_because_of_what_it_resembles(message: str) -> None:
    assert read("ERROR", message).severity == ERROR


# Real lines, as TensorFlow, PyTorch, Ultralytics and what they use write them.
NOISE = """\
2025-02-09 09:37:32.334610: E external/local_xla/xla/stream_executor/cuda/cuda_dnn.cc:9261] Unable to register cuDNN \
factory: Attempting to register factory for plugin cuDNN when one has already been registered
2025-02-09 09:37:32.334667: E external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:607] Unable to register cuFFT \
factory: Attempting to register factory for plugin cuFFT when one has already been registered
E0000 00:00:1736163964.090767 3415088 cuda_blas.cc:1418] Unable to register cuBLAS factory: Attempting to register \
factory for plugin cuBLAS when one has already been registered
W0000 00:00:1745000000.123456    1234 computation_placer.cc:177] computation placer already registered. Please check \
linkage and avoid linking the same target more than once.
2025-02-09 09:37:33.337631: W tensorflow/compiler/tf2tensorrt/utils/py_utils.cc:38] TF-TRT Warning: Could not find \
TensorRT
2025-02-09 09:37:34.496341: I external/local_xla/xla/stream_executor/cuda/cuda_executor.cc:901] successful NUMA node \
read from SysFS had negative value (-1), but there must be at least one NUMA node, so returning NUMA node zero.
2024-05-06 14:30:33.123456: E tensorflow/stream_executor/cuda/cuda_gpu_executor.cc:282] could not open file to read \
NUMA node: /sys/bus/pci/devices/0000:01:00.0/numa_node
Your kernel may have been built without NUMA support.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler \
flags.
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
[W NNPACK.cpp:64] Could not initialize NNPACK! Reason: Unsupported hardware.
[rank0]:[W1118 08:53:25.123456789 NNPACK.cpp:61] Could not initialize NNPACK! Reason: Unsupported hardware.
[W socket.cpp:663] [c10d] The client socket has failed to connect to [localhost]:29500 (errno: 99 - Cannot assign \
requested address).
WARNING ⚠️ Ultralytics settings reset to default values. This may be due to a possible problem with your settings.
WARNING ⚠️ no model scale passed. Assuming scale='n'.
Matplotlib created a temporary cache directory at /tmp/matplotlib-x because the default path is not writable.
/opt/conda/lib/python3.10/site-packages/torch/cuda/__init__.py:58: FutureWarning: The pynvml package is deprecated. \
Please install nvidia-ml-py instead."""


@pytest.mark.parametrize("level", ["WARNING", "ERROR"])
@pytest.mark.parametrize("message", NOISE.splitlines())
def test_what_frameworks_say_whenever_they_start_is_information(level: str, message: str) -> None:
    assert read(level, message).severity == INFO


@pytest.mark.parametrize(
    "message",
    [
        "2024-05-06 14:30:33.1: E external/local_xla/cuda_driver.cc:274] failed call to cuInit: CUDA_ERROR_NO_DEVICE",
        "RuntimeError: Attempting to register factory for plugin cuDNN when one has already been registered",
        "Could not load dynamic library 'libcudart.so.11.0'",
    ],
)
def test_what_means_something_to_the_job_is_no_noise(message: str) -> None:
    assert read("ERROR", message).severity == ERROR


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        ("\x1b[31merr\x1b[0mor splitword", "error splitword"),
        ("10%\r50%\r100%\n", "100%"),
        ("x" * 9_000 + "\rdone", "done"),
        ("a\x07b", "a⌈7⌉b"),
    ],
)
def test_what_people_see_of_a_message(message: str, seen: str) -> None:
    assert visible(message) == seen


def test_a_traceback_that_arrives_as_information_is_an_error() -> None:
    assert read("INFO", "Traceback (most recent call last):").severity == ERROR


def test_what_no_rule_knows_keeps_its_level() -> None:
    assert read("WARNING", "hm").severity == WARNING
