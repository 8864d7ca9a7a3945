import asyncio
async def inner():
    await asyncio.sleep(0)
    x = 1
    raise ValueError('deep')
async def main():
    y = 2
    await inner()
asyncio.run(main())
