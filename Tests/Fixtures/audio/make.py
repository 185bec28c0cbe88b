"""Makes features.safetensors: reference features of librosa and torchaudio.

    python make.py        (made with librosa 0.11.0, torchaudio 2.11.0, torch 2.15.0, numpy, safetensors)

Every case is one sound, `sound` at the rate that the test names, and what the libraries compute of it with the settings
that stand here, as [frames, channels].
"""
import librosa
import numpy as np
import torch
import torchaudio
from safetensors.numpy import save_file

rng = np.random.default_rng(7)
rate = 22050
time = np.arange(5200) / rate
# A chirp, a tone with overtones, noise and a click: something at every frequency, nothing near the limits of floats.
sound = 0.3 * np.sin(2 * np.pi * (300 * time + 9000 * time**2)) + 0.2 * np.sign(np.sin(2 * np.pi * 440 * time))
sound = (sound + 0.02 * rng.standard_normal(len(time))).astype(np.float32)
sound[3000] += 0.5
out = {"sound": sound}


def put(name, value):
    out[name] = np.ascontiguousarray(np.asarray(value, dtype=np.float32).T)


# librosa's defaults: Hann 2048, hop 512, centred with zeros.
put("librosa.power", np.abs(librosa.stft(sound)) ** 2)
mel = librosa.feature.melspectrogram(y=sound, sr=rate)
put("librosa.mel", librosa.power_to_db(mel))
mfcc = librosa.feature.mfcc(y=sound, sr=rate)
delta = librosa.feature.delta(mfcc, mode="nearest")
put("librosa.mfcc", np.concatenate([mfcc, delta]))

# A short window in a longer transform, amplitudes, not centred.
put("librosa.amplitude", np.abs(librosa.stft(sound, n_fft=512, win_length=300, hop_length=110, window="hamming",
                                              center=False)))
# Lengths with factors 2, 3, 5 and 11; an odd one; a prime one; HTK's scale within bounds.
put("librosa.length330", np.abs(librosa.stft(sound, n_fft=330, hop_length=400)) ** 2)
put("librosa.length225", np.abs(librosa.stft(sound, n_fft=225, hop_length=400)) ** 2)
put("librosa.length101", np.abs(librosa.stft(sound, n_fft=101, hop_length=400, window="blackman")) ** 2)
htk = librosa.feature.melspectrogram(y=sound, sr=rate, n_fft=1024, hop_length=256, n_mels=40, fmin=80, fmax=7600,
                                     htk=True, norm=None, pad_mode="reflect")
put("librosa.htk", np.log(np.maximum(htk, 1e-6)))

# torchaudio's defaults at 16 kHz: Hann 400, hop 200, centred with the mirror image.
x = torch.from_numpy(sound)
decibels = torchaudio.transforms.AmplitudeToDB("power", top_db=80)
put("torchaudio.power", torchaudio.transforms.Spectrogram()(x))
put("torchaudio.mel", decibels(torchaudio.transforms.MelSpectrogram(16000, n_mels=64)(x)[None])[0])
coefficients = torchaudio.transforms.MFCC(16000)(x)
slopes = torchaudio.functional.compute_deltas(coefficients, win_length=9)
put("torchaudio.mfcc", torch.cat([coefficients, slopes, torchaudio.functional.compute_deltas(slopes, win_length=9)]))
# A sound that is shorter than half a transform.
put("torchaudio.short", torchaudio.transforms.Spectrogram(pad_mode="constant")(x[:90]))

for scale, htk in [("slaney", False), ("htk", True)]:
    hertz = np.array([0.0, 60, 440, 999, 1000, 1001, 4000, 11025])
    out[f"mel.{scale}"] = librosa.hz_to_mel(hertz, htk=htk).astype(np.float32)

save_file(out, "features.safetensors")
for name, value in out.items():
    print(name, value.shape, float(value.min()), float(value.max()))
