#!/usr/bin/python3
"""What Warren took the place of, for packaging/bench --peers: a plain asyncio service, as one writes it in an afternoon with aio-pika and aiohttp.

A task for each message, a request for each document, an acknowledgement for each delivery. AMQP_URL and ARANGODB_URL say where the servers are. Ends
on SIGTERM.
"""

import asyncio
import json
import os
import signal
from functools import partial

import aio_pika
import aiohttp

PREFETCH = 100
COLLECTION = os.environ["ARANGODB_URL"] + "/_db/companies/_api/document/companies"


async def write(session, mode, change, message):
    # Unless it is written, the message goes back into its queue.
    async with message.process(requeue=True):
        company = json.loads(message.body)
        document = {"_key": company["id"], **change(company, message)}
        parameters = {"overwriteMode": mode, "versionAttribute": "version"}
        async with session.post(COLLECTION, params=parameters, json=document) as response:
            response.raise_for_status()
            await response.json()


def state(company, message):
    return {**company, "invalidated": False}


def invalidate(company, message):
    return {"version": company["version"], "invalidated": True, "invalidated_at": message.timestamp.isoformat()}


QUEUES = {"company.updated": ("update", state), "company.invalidated": ("update", invalidate), "company.sync": ("replace", state)}


async def main():
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    connection = await aio_pika.connect_robust(os.environ["AMQP_URL"])
    async with connection, aiohttp.ClientSession(auth=aiohttp.BasicAuth("root", "")) as session:
        for name, (mode, change) in QUEUES.items():
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queue = await channel.get_queue(name)
            await queue.consume(partial(write, session, mode, change))
        await stopped.wait()


asyncio.run(main())
