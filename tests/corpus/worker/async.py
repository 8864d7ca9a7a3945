import asyncio
async def step(n):
    x = n
    await asyncio.sleep(0.001)
    y = x
    return y + 1
async def stream():
    for i in range(3):
        yield i
async def main():
    a = await step(1)
    b = await asyncio.gather(step(2), step(3))
    async for c in stream():
        print(c)
    async with asyncio.Lock():
        print(a, b)
    return 9
print(asyncio.run(main()))
