"""How many documents ``python -m sklstm predict`` marks as unlike training.

3,000 take-away reviews, or 3,000 texts of ChnSentiCorp (hotels, computers, books), are
training; read are the others of the same corpus, reviews of ten topics, English
sentences (scikit-learn's descriptions of its data sets) and twenty poems of the Tang.

    python benchmarks/unlike_training.py [--data FOLDER]
"""

import argparse
import re

import numpy as np
from _shared import add_data_option, describe_run, read_corpus
from sklearn import datasets

from sklstm.text._training_profile import TrainingProfile

N_TRAINING = 3000
POEMS = """
床前明月光，疑是地上霜。举头望明月，低头思故乡。
白日依山尽，黄河入海流。欲穷千里目，更上一层楼。
春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。
千山鸟飞绝，万径人踪灭。孤舟蓑笠翁，独钓寒江雪。
红豆生南国，春来发几枝。愿君多采撷，此物最相思。
空山不见人，但闻人语响。返景入深林，复照青苔上。
独坐幽篁里，弹琴复长啸。深林人不知，明月来相照。
松下问童子，言师采药去。只在此山中，云深不知处。
锄禾日当午，汗滴禾下土。谁知盘中餐，粒粒皆辛苦。
慈母手中线，游子身上衣。临行密密缝，意恐迟迟归。
朝辞白帝彩云间，千里江陵一日还。两岸猿声啼不住，轻舟已过万重山。
故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。
月落乌啼霜满天，江枫渔火对愁眠。姑苏城外寒山寺，夜半钟声到客船。
清明时节雨纷纷，路上行人欲断魂。借问酒家何处有，牧童遥指杏花村。
日照香炉生紫烟，遥看瀑布挂前川。飞流直下三千尺，疑是银河落九天。
两个黄鹂鸣翠柳，一行白鹭上青天。窗含西岭千秋雪，门泊东吴万里船。
渭城朝雨浥轻尘，客舍青青柳色新。劝君更尽一杯酒，西出阳关无故人。
独在异乡为异客，每逢佳节倍思亲。遥知兄弟登高处，遍插茱萸少一人。
远上寒山石径斜，白云生处有人家。停车坐爱枫林晚，霜叶红于二月花。
少小离家老大回，乡音无改鬓毛衰。儿童相见不相识，笑问客从何处来。
""".split()


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    return parser.parse_args()


def main():
    """Learn two profiles and print what each of them marks."""
    options = parse_arguments()
    describe_run("scikit-learn")
    kinds = read_kinds(options.data)
    for name in ("take-away", "ChnSentiCorp"):
        training, rest = divide(kinds[name])
        profile = TrainingProfile.learn(training)
        print(f"{N_TRAINING} {name}: limit {profile.limit:.3f}; marked, in percent")
        for kind, documents in (kinds | {name: rest}).items():
            share = 100 * profile.unlike(documents).mean()
            print(f"  {kind:<14}{len(documents):>6}{share:>8.1f}")


def read_kinds(folder):
    """Documents of each kind, distinct."""
    kinds = {"take-away": [], "ChnSentiCorp": []}
    for name, file in zip(kinds, ("waimai_10k", "chnsenticorp_train"), strict=True):
        kinds[name] = [row["review"] for row in read_corpus(folder, f"{file}.csv")]
    for row in read_corpus(folder, "online_shopping_10_cats.csv"):
        kinds.setdefault(row["cat"], []).append(row["review"])
    kinds |= {"English": read_english(), "poems": POEMS}
    return {name: list(dict.fromkeys(texts)) for name, texts in kinds.items()}


def read_english():
    """Sentences of at least five words."""
    names = ("iris", "digits", "wine", "breast_cancer", "diabetes")
    texts = [getattr(datasets, f"load_{name}")()["DESCR"] for name in names]
    sentences = re.split(r"(?<=[.:])\s|\n\n", "\n\n".join(texts))
    letters = [text for text in sentences if re.match(r"\s*[A-Za-z]", text)]
    return [" ".join(text.split()) for text in letters if len(text.split()) >= 5]


def divide(documents):
    """Training documents and the others."""
    order = np.random.RandomState(0).permutation(len(documents))
    drawn = [documents[row] for row in order]
    return drawn[:N_TRAINING], drawn[N_TRAINING:]


if __name__ == "__main__":
    main()
