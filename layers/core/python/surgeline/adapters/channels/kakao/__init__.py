"""The channel kind `kakao` lives here: a skill of KakaoTalk's chatbots, with its callback."""
