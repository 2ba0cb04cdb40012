"""A bot as aiogram 3's own examples write it: a router, FSM states, Redis (or memory) storage."""

import asyncio
import logging
import os

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from dialogue import HELLO, LANGUAGES, MULTIPLE, ORDER, RESULT, SINGLE, buttons, next_question, question_text, summary

logging.basicConfig(level=logging.ERROR)
router = Router()


class Screening(StatesGroup):
    lang = State()
    s1 = State()
    s2 = State()
    s3 = State()
    s4 = State()
    s5 = State()
    s6 = State()
    m1 = State()
    m2 = State()
    result = State()


def keyboard(pairs):
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=data)] for label, data in pairs]
    )


LANGUAGE_KEYBOARD = keyboard([(name, f"lang:{code}") for code, name in LANGUAGES.items()])


async def show_question(query: CallbackQuery, state: FSMContext, question, ticked=()):
    await state.set_state(getattr(Screening, question))
    await query.message.edit_text(question_text(question), reply_markup=keyboard(buttons(question, ticked)))


@router.message(CommandStart())
async def start(message: Message, state: FSMContext):
    await state.clear()
    await state.set_state(Screening.lang)
    await message.answer(HELLO, reply_markup=LANGUAGE_KEYBOARD)


@router.message(Command("answers"))
async def answers(message: Message, state: FSMContext):
    text = summary(await state.get_data()) or "-"
    await message.answer(text, reply_markup=keyboard([("Почати знову", "again:1")]))


@router.callback_query(Screening.lang, F.data.startswith("lang:"))
async def language(query: CallbackQuery, state: FSMContext):
    await query.answer()
    await state.update_data(lang=query.data.split(":")[1])
    await show_question(query, state, ORDER[0])


async def single(query: CallbackQuery, state: FSMContext):
    await query.answer()
    question, choice = query.data.split(":")
    await state.update_data({question: choice})
    await show_question(query, state, next_question(question))


async def multiple(query: CallbackQuery, state: FSMContext):
    await query.answer()
    question, choice = query.data.split(":")
    ticked = set((await state.get_data()).get(question, ()))
    if choice != "ok":
        ticked ^= {choice}
        await state.update_data({question: sorted(ticked)})
        await show_question(query, state, question, ticked)
        return
    following = next_question(question)
    if following:
        await show_question(query, state, following)
        return
    await state.set_state(Screening.result)
    await query.message.edit_text(RESULT, reply_markup=keyboard([("Почати знову", "again:1")]))


for name in SINGLE:
    router.callback_query.register(single, getattr(Screening, name), F.data.startswith(f"{name}:"))
for name in MULTIPLE:
    router.callback_query.register(multiple, getattr(Screening, name), F.data.startswith(f"{name}:"))


@router.callback_query(Screening.result, F.data.startswith("again:"))
async def again(query: CallbackQuery, state: FSMContext):
    await query.answer()
    await state.set_state(Screening.lang)
    await query.message.edit_text(HELLO, reply_markup=LANGUAGE_KEYBOARD)


@router.callback_query()
async def lost(query: CallbackQuery):
    await query.answer()
    await query.message.edit_text("Напишіть /start", reply_markup=keyboard([("…", "again:1")]))


async def main():
    redis = os.environ.get("REDIS_URL")
    # With the default of 100 connections a burst of 500 presses fails and its updates are lost.
    storage = (
        RedisStorage.from_url(redis, connection_kwargs={"max_connections": 2000}) if redis else MemoryStorage()
    )
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=session)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
