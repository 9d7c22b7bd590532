"""Tests compute on one thread, as commands and the app do: those beside them have the other processors."""

from assistant.blas import on_one_thread

on_one_thread()
