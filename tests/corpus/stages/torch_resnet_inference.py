import sys  # I
import torch  # I
from PIL import Image  # I
from torchvision import models, transforms  # I

preprocess = transforms.Compose([  # F
    transforms.Resize(256),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
])
model = models.resnet18(weights="DEFAULT")  # M
model.eval()  # P
image = Image.open(sys.argv[1])  # D
batch = preprocess(image).unsqueeze(0)  # F
with torch.no_grad():  # P
    logits = model(batch)  # P
print(logits.argmax())
