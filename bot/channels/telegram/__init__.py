"""Telegram 通道。"""
