"""
Word vectors from a file of any size
====================================

Reviews lie in a file, one a line. Word vectors are trained on it without ever holding
it in memory: an object that can be iterated over again reads and segments line by line,
once for counting and once for each epoch.
"""

import tempfile
from itertools import islice
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.metrics.pairwise import cosine_similarity

from sklstm import JiebaSegmenter, Word2VecEmbedder
from sklstm.datasets import make_reviews

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "SimHei", "PingFang SC"]
plt.rcParams["font.sans-serif"] += ["WenQuanYi Micro Hei", "Droid Sans Fallback"]
plt.rcParams["font.sans-serif"] += ["DejaVu Sans"]

# %%
# The file is written part by part, too.
folder = tempfile.TemporaryDirectory()
path = Path(folder.name, "reviews.txt")
with path.open("w", encoding="utf-8") as file:
    for seed in range(3):
        texts, _ = make_reviews(n_samples=1500, random_state=seed)
        file.writelines(f"{text}\n" for text in texts)


# %%
# What is iterated over has no length and begins anew each time. Lines are cut a
# thousand at a time: the segmenter is faster on many than on one.
class SegmentedLines:
    """Token lists from a text file, a document a line."""

    def __init__(self, path, segmenter):
        self.path = path
        self.segmenter = segmenter

    def __iter__(self):
        with open(self.path, encoding="utf-8") as file:
            while lines := list(islice(file, 1000)):
                yield from self.segmenter.transform([line.rstrip() for line in lines])


corpus = SegmentedLines(path, JiebaSegmenter())
embedder = Word2VecEmbedder(vector_size=64, n_epochs=5, random_state=0).fit(corpus)
print(f"{embedder.counts_.sum()} tokens, {len(embedder.vocabulary_)} words")
for word in ("房间", "味道"):
    nearest = (f"{other} {c:.2f}" for other, c in embedder.most_similar(word, topn=5))
    print(word, "is nearest to", ", ".join(nearest))
folder.cleanup()

# %%
# Nobody said what a review is about. Words of one subject are alike all the same.
SUBJECTS = {
    "hotel": "房间 客房 前台 隔音 大床 早餐",
    "restaurant": "味道 口味 上菜 菜量 分量 米饭",
    "phone": "屏幕 充电 续航 信号 拍照 机身",
    "book": "故事 情节 印刷 作者 观点 文笔",
    "clothes": "颜色 尺码 面料 料子 款式 版型",
}
words = " ".join(SUBJECTS.values()).split()
codes = [embedder.vocabulary_.get(word, 0) for word in words]

fig, axis = plt.subplots(figsize=(8, 6.5), layout="constrained")
cosines = cosine_similarity(embedder.vectors_[codes])
fig.colorbar(axis.imshow(cosines, cmap="viridis"), label="cosine similarity")
axis.set_xticks(range(len(words)), words, rotation=90)
axis.set_yticks(range(len(words)), words)
for number, subject in enumerate(SUBJECTS):
    axis.text(6 * number + 2.5, -0.8, subject, ha="center", va="bottom")
plt.show()
