import numpy as np  # I
import torch  # I
from torch import nn, optim  # I


class Tagger(nn.Module):
    def __init__(self, words, tags):
        super().__init__()
        self.embed = nn.Embedding(words, 32)  # M
        self.lstm = nn.LSTM(32, 32)  # M
        self.out = nn.Linear(32, tags)  # M

    def forward(self, sentence):
        hidden, _ = self.lstm(self.embed(sentence))
        return self.out(hidden)


corpus = np.load("sentences.npy")  # D
tags = np.load("tags.npy")  # D
sentences = torch.from_numpy(corpus)  # F
targets = torch.from_numpy(tags)  # F
model = Tagger(1000, 5)  # M
loss_function = nn.CrossEntropyLoss()  # M
optimizer = optim.SGD(model.parameters(), lr=0.1)  # M
for epoch in range(30):  # T
    for s, t in zip(sentences, targets):  # T
        model.zero_grad()  # T
        scores = model(s)  # T
        loss = loss_function(scores, t)  # T
        loss.backward()  # T
        optimizer.step()  # T
