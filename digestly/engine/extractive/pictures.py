"""Pictures: which emoji goes with which words.

One picture a line, then its words: English ones are matched by their stem, those of other languages anywhere
inside a word, because Korean and Chinese write words together. A picture may have several lines; what stands
higher wins between equals.
"""

from __future__ import annotations

TABLE = """
👋 welcome introduction hello greeting 환영 인사 소개 안녕 开场 欢迎 はじめ
🏁 conclusion closing wrap finish ending goodbye 마무리 결론 끝맺 总结 结束 まとめ
❓ question questions faq quiz 질문 질의 의문 提问 疑问 質問
🙋 audience volunteer participant participation 청중 참가자 참여 자원봉사 志愿 参加
🤖 ai robot chatbot llm gpt automation automate agent 인공지능 로봇 챗봇 자동화 에이전트 人工智能 机器人
🧠 brain mind cognitive neuron memory mental psychology intelligence 두뇌 인지 기억 심리 지능 치매 大脑
🧠 心理 脳
🎛️ model parameter training tuning gradient dataset 모델 학습 머신러닝 딥러닝 파라미터 튜닝 模型 训练
🔍 search discovery investigate finding query inspect interpretability 검색 탐색 조사 쿼리 해석 搜索
🔍 查询 検索
🔬 research science scientist experiment laboratory lab study 연구 과학 실험 논문 研究 科学 实验
🧪 test tests tester unittest hypothesis trial 테스트 시험 검증 测试 试验 テスト
🐛 bug bugs debug debugging debugger crash error exception failure 버그 디버깅 오류 에러 장애 예외 错误
🐛 故障
🔒 security secure secret password authentication encrypted encryption lock 보안 암호 비밀번호 인증 安全
🔒 密码 加密 セキュリティ
🔑 key keys keypair signature sign signer signing seed credential token 서명 열쇠 토큰 签名 密钥 鍵
🛡️ attack attacker vulnerability defense protection threat exploit jamming 공격 취약점 방어 보호 위협
🛡️ 해킹 攻击 防护 漏洞
🕵️ privacy private anonymous anonymity surveillance fingerprint stealth silent 개인정보 익명 감시 사생활
🕵️ 隐私 匿名
💰 money payment pay fund funding income salary revenue finance cash 비용 급여 수익 자금 연봉 결제 금융
💰 收入 资金 工资 薪酬
💸 fee fees feerate cost price spend spending expense budget cheap expensive 수수료 가격 예산 지출 요금
💸 费用 预算 价格 成本
📈 growth investment invest investor stock market trend rise economy economic 성장 투자 주식 시장 경제
📈 추세 增长 投资 市场 经济
🏦 bank banking loan credit debt mortgage treasury 은행 대출 신용 부채 银行 贷款
🪙 bitcoin coin satoshi cryptocurrency crypto ecash 비트코인 코인 암호화폐 比特币
⛏️ mining miner miners pool hashrate 채굴 광산 挖矿
⛓️ blockchain chain block blocks soft fork consensus segwit 블록체인 블록 합의 区块链 链
⚡ lightning electricity electric power energy fast performance speed latency optimization optimize 성능
⚡ 속도 전기 에너지 번개 최적화 性能 速度 能源
🔀 channel channels routing route router path splice splicing 채널 경로 라우팅 路由 渠道
🌐 internet web website browser online network networking global 인터넷 웹 브라우저 네트워크 온라인
🌐 互联网 网络 ネット
🔌 api plugin interface connector protocol integration websocket socket 인터페이스 연동 프로토콜
🔌 플러그인 소켓 接口 协议
📡 signal relay broadcast radio wireless antenna satellite transmission peer 신호 전송 방송 무선 중계
📡 信号 广播
☁️ cloud aws serverless kubernetes hosting deploy deployment 클라우드 서버리스 쿠버네티스 호스팅 云
🖥️ server servers computer hardware machine desktop node nodes 서버 컴퓨터 하드웨어 노드 服务器 电脑
🖥️ 硬件
📱 phone mobile app android iphone smartphone ios 모바일 스마트폰 안드로이드 휴대폰 手机 移动 アプリ
💻 code coding programming programmer software developer python javascript rust compiler 코드 코딩
💻 프로그래밍 개발자 파이썬 소프트웨어 程序 代码 软件 开发
📦 package packages library module dependency dependencies container docker install 패키지 라이브러리
📦 모듈 도커 컨테이너 설치 包 模块 库
🚀 launch release rocket startup ship shipping candidate 출시 릴리즈 배포 스타트업 발사 发布 创业
🆕 update updates upgrade version feature features 업데이트 업그레이드 버전 기능 升级 更新 版本
🗄️ database sql storage table index schema archive backup 데이터베이스 저장소 저장 테이블 백업 数据库
🗄️ 存储
📊 data statistic statistics chart graph analysis analytics metric measurement 데이터 통계 분석 그래프
📊 차트 지표 판다스 数据 统计 分析
🧮 math mathematics calculation algorithm formula equation number arithmetic 수학 계산 알고리즘 공식
🧮 연산 数学 算法 计算
🌳 tree trees merkle branch forest wood hierarchy 트리 나무 숲 계층 树
🧵 thread threads async asynchronous concurrency parallel process queue celery 스레드 비동기 병렬 동시성
🧵 프로세스 큐 셀러리 线程 并发
🗂️ file files folder directory document documentation organize category 파일 폴더 문서 문서화 분류 文件
🗂️ 文档 資料
📝 note notes writing essay draft report script proposal bip 메모 글쓰기 작성 보고서 초안 제안 文章 报告
📝 提案
📜 history contract agreement covenant covenants vault treaty scroll 역사 계약 협약 历史 合同 歴史
⚖️ law legal court justice regulation judge balance fairness legislation bill 법률 법원 규제 정의 균형
⚖️ 공정 소송 法律 法院 平衡 法
🏛️ government policy politics political parliament minister committee state federal 정부 정책 정치 국회
🏛️ 위원회 장관 政府 政策 政治
🗳️ vote voting election poll democracy campaign ballot activation 투표 선거 민주주의 여론 投票 选举
🕊️ peace refugee humanitarian 평화 난민 和平
⚔️ war army military weapon conflict battle 전쟁 군대 무기 갈등 战争 军
👮 police crime criminal prison fraud scam 경찰 범죄 사기 교도소 警察 犯罪
🏥 hospital health healthcare medical medicine doctor patient clinic 병원 건강 의료 의사 환자 진료 医院
🏥 健康 医疗
🦠 virus covid pandemic infection disease vaccine outbreak 바이러스 코로나 감염 질병 백신 病毒 疫情
💊 drug drugs pill pharmacy treatment therapy 약물 치료 약국 药 治疗
🧬 gene genetic genome dna biology cell evolution 유전자 생물 진화 세포 基因 生物
🏃 exercise running fitness workout gym marathon training 운동 달리기 헬스 마라톤 运动 健身
⚽ football soccer sport sports game match league team 축구 스포츠 경기 리그 足球 体育
🧘 meditation calm mindfulness wellbeing balance stress burnout 명상 마음 스트레스 번아웃 冥想 压力
😴 sleep rest dream night tired 수면 휴식 睡眠 休息
🍽️ food eat meal restaurant cook cooking recipe diet kitchen 음식 식사 요리 식당 식단 다이어트 食物 吃饭
🍽️ 料理
☕ coffee tea cafe drink 커피 카페 음료 咖啡 茶
🍎 apple fruit nutrition vegetable vitamin banana 과일 영양 채소 사과 바나나 水果
🐾 animal dog cat pet wildlife bird 동물 강아지 고양이 반려 动物 宠物
🌱 plant garden environment nature sustainable ecology green 식물 환경 자연 정원 지속가능 环境 植物 自然
🌍 world climate earth planet international country countries geography 세계 기후 지구 국제 국가 世界
🌍 气候 全球 国
🌦️ weather rain storm temperature snow season 날씨 비 온도 계절 天气
🌊 ocean sea water river flood wave tide 바다 강물 홍수 파도 海 水
🔥 fire hot heat burning passion 화재 열정 불꽃 火
🚗 car vehicle driving driver autonomous transport traffic road 자동차 운전 자율주행 교통 도로 汽车 交通
🚗 驾驶
✈️ flight travel airport trip journey tourism plane airline 여행 비행 공항 항공 관광 旅行 飞机
🏠 house home housing rent apartment property estate 주택 부동산 아파트 월세 집값 房子 买房 住房
🏙️ city urban building architecture town infrastructure 도시 건물 건축 인프라 城市 建筑
🏗️ construction build builder foundation structure architecture framework 건설 구조 설계 프레임워크
🏗️ 아키텍처 架构 建设 结构
🏭 factory manufacturing industry industrial production manufacturer 공장 제조 산업 생산 工厂 制造 产业
🔧 tool tools repair maintenance fix configuration engineering engineer mechanic 도구 수리 설정 유지보수
🔧 엔지니어 工具 维护
⚙️ setting settings system systems engine operation mechanism component settings 시스템 엔진 운영
⚙️ 메커니즘 系统 机制
🎨 design designer color colour art artist drawing style appearance 디자인 색상 예술 그림 设计 颜色 艺术
🖼️ image images picture photo photography camera vision visual 이미지 사진 카메라 영상처리 시각화 图片
🖼️ 照片 图像
🎬 film movie video cinema scene director youtube 영화 비디오 영상 유튜브 电影 视频
🎵 music song musician concert band melody 음악 노래 공연 音乐 歌
🎙️ speech voice audio microphone speaker recognition recording 음성 목소리 마이크 녹음 语音 声音 音声
🎮 gaming gamer console player play 게임 플레이어 游戏 ゲーム
🎭 theatre drama comedy acting stage 연극 드라마 코미디 连续剧
🎉 celebration party anniversary festival conference event ceremony 축하 파티 기념 행사 컨퍼런스 파이콘
🎉 축제 活动 庆祝
🏆 award prize winner success champion victory achievement 수상 우승 성공 성취 대회 奖 成功
🎯 goal target objective strategy focus aim mission 목표 전략 집중 목적 미션 目标 战略
🧭 direction guide leadership leader navigation vision 방향 안내 리더십 지침 方向 领导
🗺️ map roadmap region location territory 지도 로드맵 지역 위치 地图 地区
🗓️ schedule calendar plan planning date deadline timeline 일정 계획 마감 달력 计划 日程
⏰ clock alarm hour timing timestamp timelock wait 시계 알람 시각 시간 时间
⏳ duration delay patience timeout expiry expiration rotation 지연 대기 만료 延迟
🔄 cycle loop sync synchronization iteration refresh migration replace replacement 반복 동기화 주기
🔄 마이그레이션 전환 循环 同步
♻️ recycle reuse refactor refactoring recycling cleanup 재활용 재사용 리팩토링 리팩터링 回收
🧹 cleaning garbage eviction prune pruning purge sweep 청소 정리 메모리 清理
📬 mail mailing email inbox newsletter message list 메일 이메일 뉴스레터 메시지 邮件 消息
💬 conversation chat discussion dialogue comment talk debate 대화 채팅 토론 댓글 논의 聊天 讨论
🗣️ language translation linguistics english korean presentation speak 언어 번역 한국어 영어 발표 한글
🗣️ 语言 翻译 言語
📰 news journalism journalist media press article 뉴스 기사 언론 미디어 신문 新闻 媒体
📚 book books reading literature library novel textbook 도서 독서 책 문학 교재 书 阅读 本
🎓 school education student university teacher college class learning course 학교 교육 학생 대학 교사
🎓 수업 강의 공부 教育 学校 学生 大学 学习
👶 baby child children kid kids childcare parent parenting 아이 아기 육아 부모 어린이 孩子 儿童
👪 family mother father wife husband home relative 가족 어머니 아버지 부부 家庭 家人
❤️ love relationship marriage heart romance dating 사랑 연애 결혼 관계 爱情 婚姻
🤝 partnership cooperation collaboration community deal trust agreement trustless 협력 협업 커뮤니티
🤝 신뢰 파트너 合作 社区 信任
👥 people group user users customer member population crowd 사용자 고객 회원 그룹 사람들 用户 客户
🧑‍💼 job career interview hiring employee employer employment resume recruiter 취업 경력 면접 채용 직원
🧑‍💼 직장 이직 커리어 就业 工作 职业
🏢 company business corporate office enterprise organization management manager 회사 기업 사업 조직 경영
🏢 관리 公司 企业 管理
📣 marketing advertising advertisement ads promotion campaign announcement 마케팅 광고 홍보 공지 营销
📣 广告
🛒 shopping shop store retail purchase product products buyer commerce 쇼핑 구매 상품 상점 제품 购物
🛒 商品 产品
👍 recommendation recommend feedback review rating preference like 추천 피드백 리뷰 평가 선호 推荐 评价
👗 fashion clothes clothing dress wear 패션 의류 옷 时尚 衣服
🎁 gift donation charity sponsor grant 선물 기부 후원 礼物 捐赠
👛 wallet wallets purse custody custodian liquidity 지갑 유동성 钱包
🔗 link links connection relation bridge hash reference 연결 링크 참조 해시 链接 关系
🧩 puzzle solution problem complexity piece composition 해결 복잡성 퍼즐 조합 解决 复杂
💡 idea concept innovation creativity insight inspiration invention 아이디어 개념 혁신 창의 발상 创新
💡 想法 概念
🤔 thinking ethics moral philosophy dilemma doubt opinion 윤리 철학 고민 도덕 哲学 选择 焦虑
⚠️ risk warning danger caution limitation concern challenge 위험 경고 주의 한계 도전 风险 警告
🚧 barrier obstacle limit restriction blocker bottleneck 장벽 제한 병목 장애물 限制 瓶颈
✅ check verify verification validation valid confirmation checklist quality 확인 유효성 품질 점검 승인
✅ 验证 质量
🚫 ban block censorship forbidden spam abuse 차단 금지 검열 스팸 禁止
🎲 random randomness probability chance dice luck bet gambling 확률 무작위 난수 도박 概率 随机
📐 geometry measure scale dimension layout shape 측정 규모 차원 레이아웃 기하 尺寸 形状
🔢 count counter ranking order sequence list sort sorting 정렬 순위 목록 배열 排序 数字
🧾 transaction transactions invoice receipt tax accounting ledger utxo 거래 송장 영수증 세금 회계 交易
🧾 税
📥 download input inbound import collection crawler crawling scraping 다운로드 입력 수집 크롤링 크롤러
📥 下载 输入
📤 upload output export publish sending 업로드 출력 내보내기 上传 输出
⌨️ keyboard typing shell terminal command cli editor 키보드 입력기 터미널 명령어 에디터 键盘
🖱️ button click cursor screen touch remote control 버튼 클릭 화면 리모컨 按钮 屏幕
🪫 battery charge charging solar 배터리 충전 태양광 电池
💎 value quality diamond luxury benefit advantage 가치 장점 이점 价值 优势
🌟 star celebrity famous hero idol fan 스타 유명인 영웅 팬 明星
🙏 religion church faith prayer god spiritual gratitude thanks 종교 교회 신앙 기도 감사 宗教 感谢
🌅 future tomorrow vision prospect outlook generation 미래 전망 세대 비전 未来 前景
🧓 elderly old retirement pension aging age 노인 은퇴 연금 노후 고령 老人 退休
♀️ woman women female gender feminism 여성 성별 페미니즘 女性
🌈 diversity inclusion lgbt accessibility equality 다양성 포용 접근성 평등 多样
🪜 step stage process progress ladder phase level agile 단계 절차 진행 과정 阶段 过程 敏捷
🧰 toolkit utility framework django flask sdk 장고 플라스크 도구모음 工具箱
🔭 space astronomy telescope universe galaxy moon 우주 천문 은하 망원경 宇宙 航天
🗜️ compression compact memory compress size reduce 압축 메모리 용량 压缩 内存
🪪 identity identifier id account login address name user 신원 계정 로그인 주소 아이디 身份 账号 地址
"""
# For a heading that no word of the table fits.
PLAIN = ("💬", "📌", "🗒️", "💭", "🔎", "🧶", "📍", "🔖", "🪴", "✨")
