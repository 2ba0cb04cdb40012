"""A bot as python-telegram-bot's own examples write it: ConversationHandler and PicklePersistence."""

import logging
import os

from dialogue import HELLO, LANGUAGES, MULTIPLE, ORDER, RESULT, SINGLE, buttons, next_question, question_text, summary
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

logging.basicConfig(level=logging.ERROR)


def keyboard(pairs):
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in pairs])


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE):
    context.user_data.clear()
    pairs = [(name, f"lang:{code}") for code, name in LANGUAGES.items()]
    await update.message.reply_text(HELLO, reply_markup=keyboard(pairs))
    return "lang"


async def show_question(update, question, ticked=()):
    await update.callback_query.edit_message_text(
        question_text(question), reply_markup=keyboard(buttons(question, ticked))
    )
    return question


async def language(update: Update, context: ContextTypes.DEFAULT_TYPE):
    query = update.callback_query
    await query.answer()
    context.user_data["lang"] = query.data.split(":")[1]
    return await show_question(update, ORDER[0])


async def single(update: Update, context: ContextTypes.DEFAULT_TYPE):
    query = update.callback_query
    await query.answer()
    question, choice = query.data.split(":")
    context.user_data[question] = choice
    return await show_question(update, next_question(question))


async def multiple(update: Update, context: ContextTypes.DEFAULT_TYPE):
    query = update.callback_query
    await query.answer()
    question, choice = query.data.split(":")
    ticked = set(context.user_data.get(question, ()))
    if choice != "ok":
        ticked ^= {choice}
        context.user_data[question] = ticked
        return await show_question(update, question, ticked)
    following = next_question(question)
    if following:
        return await show_question(update, following)
    await query.edit_message_text(RESULT, reply_markup=keyboard([("Почати знову", "again:1")]))
    return "result"


async def again(update: Update, context: ContextTypes.DEFAULT_TYPE):
    query = update.callback_query
    await query.answer()
    pairs = [(name, f"lang:{code}") for code, name in LANGUAGES.items()]
    await query.edit_message_text(HELLO, reply_markup=keyboard(pairs))
    return "lang"


async def answers(update: Update, context: ContextTypes.DEFAULT_TYPE):
    text = summary(context.user_data) or "-"
    await update.message.reply_text(text, reply_markup=keyboard([("Почати знову", "again:1")]))


async def lost(update: Update, context: ContextTypes.DEFAULT_TYPE):
    await update.callback_query.answer()
    await update.callback_query.edit_message_text("Напишіть /start", reply_markup=keyboard([("…", "again:1")]))


def main():
    base = os.environ["TELEGRAM_API_URL"] + "/bot"
    application = (
        Application.builder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(base)
        .persistence(PicklePersistence(filepath="peer.pickle"))
        .build()
    )
    conversation = ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            "lang": [CallbackQueryHandler(language, pattern="^lang:")],
            **{q: [CallbackQueryHandler(single, pattern=f"^{q}:")] for q in SINGLE},
            **{q: [CallbackQueryHandler(multiple, pattern=f"^{q}:")] for q in MULTIPLE},
            "result": [CallbackQueryHandler(again, pattern="^again:")],
        },
        fallbacks=[CommandHandler("start", start)],
        name="screening",
        persistent=True,
    )
    application.add_handler(CommandHandler("answers", answers))
    application.add_handler(conversation)
    application.add_handler(CallbackQueryHandler(lost))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
