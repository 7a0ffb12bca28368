"""Characters that turn what stands beside them, each with its opposite: 高海拔, 低海拔."""

from __future__ import annotations

_PAIRED = (
    "高低多少升降加减前后左右内外大小长短快慢冷热软硬粗细浓淡干湿轻重深浅阴阳早晚停继起止进出健患强弱开闭开关亮暗松紧"
)
OPPOSITES = {character: _PAIRED[index ^ 1] for index, character in enumerate(_PAIRED)}
"""The opposite of each."""
