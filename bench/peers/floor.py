"""A floor: the small dialogue written by hand over aiohttp's webhook and SQLite, without any bot library.

The edit goes back in the webhook's reply, once the answer is committed; commits of one moment are one.
"""

import asyncio
import json
import os
import sqlite3

import aiohttp
import uvloop
from aiohttp import web
from dialogue import HELLO, LANGUAGES, ORDER, RESULT, SINGLE, buttons, next_question, question_text, summary

API = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}"


def keyboard(pairs):
    return {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in pairs]}


START = (HELLO, keyboard([(name, f"lang:{code}") for code, name in LANGUAGES.items()]))
END = (RESULT, keyboard([("Почати знову", "again:1")]))


class Floor:
    def __init__(self):
        self.db = sqlite3.connect("floor.db", check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS sessions (chat INTEGER PRIMARY KEY, data TEXT)")
        self.sessions = {chat: json.loads(data) for chat, data in self.db.execute("SELECT * FROM sessions")}
        self.waiting = []
        self.committing = False
        self.tasks = set()

    def step(self, chat, text, data):
        """Change the session; the screen that follows."""
        session = self.sessions.setdefault(chat, {})
        if text == "/answers":
            return summary(session) or "-", END[1]
        if text is not None:
            session.clear()
            return START
        question, choice = data.split(":")
        if question == "again":
            return START
        if question == "lang":
            session["lang"] = choice
            return question_text(ORDER[0]), keyboard(buttons(ORDER[0]))
        if question in SINGLE:
            session[question] = choice
        elif choice != "ok":
            ticked = sorted(set(session.get(question, ())) ^ {choice})
            session[question] = ticked
            return question_text(question), keyboard(buttons(question, ticked))
        following = next_question(question)
        return (question_text(following), keyboard(buttons(following))) if following else END

    async def save(self, chat):
        future = asyncio.get_running_loop().create_future()
        self.waiting.append((chat, json.dumps(self.sessions[chat]), future))
        if not self.committing:
            self.committing = True
            self.start(self.commit())
        await future

    async def commit(self):
        while self.waiting:
            batch, self.waiting = self.waiting, []
            await asyncio.get_running_loop().run_in_executor(None, self.write, [(c, d) for c, d, _ in batch])
            for _, _, future in batch:
                future.set_result(None)
        self.committing = False

    def write(self, rows):
        self.db.execute("BEGIN")
        self.db.executemany("INSERT INTO sessions VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data", rows)
        self.db.execute("COMMIT")

    def start(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def answer(self, query):
        async with self.client.post(f"{API}/answerCallbackQuery", json={"callback_query_id": query}) as reply:
            await reply.read()

    async def take(self, request):
        update = await request.json()
        query = update.get("callback_query")
        message = query["message"] if query else update["message"]
        chat = message["chat"]["id"]
        text, markup = self.step(chat, None if query else message["text"], query and query["data"])
        await self.save(chat)
        body = {"method": "sendMessage", "chat_id": chat, "text": text, "reply_markup": markup}
        if query:
            self.start(self.answer(query["id"]))
            body |= {"method": "editMessageText", "message_id": message["message_id"]}
        return web.json_response(body)

    async def run(self):
        self.client = aiohttp.ClientSession()
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with self.client.post(f"{API}/setWebhook", json={"url": f"http://127.0.0.1:{port}/hook"}) as reply:
            await reply.read()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(Floor().run())
