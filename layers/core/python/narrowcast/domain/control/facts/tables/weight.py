"""How much a word weighs that no fact has: which characters make a claim, and which words are only how people talk.

An unknown word of everyday characters alone is taken for talk; one weighty character makes it a claim. The lists of
what weighs err on the side of weight, those of what is weak on the other: what is in doubt is a claim.
"""

from __future__ import annotations

_BODY = (
    "头脑颅眼睛瞳眉耳鼻嘴唇舌牙齿龈喉咽嗓颈脖肩臂肘腕手指掌拳胸乳背腰腹肚脐臀髋腿膝踝脚足趾骨筋肌肉皮肤毛发甲心肝脾肺肾胃肠胆"
    "胰膀胱肛尿便屎粪屁血脉管神经脊髓腺卵宫阴睾精胎孕产奶孩婴幼童娃肢体器官腔膜瓣巴粘黏翅肋排椎"
)
_ILLNESS = (
    "眯痛疼酸麻痒肿胀晕昏眩吐泻咳喘烧热冷寒冻凉烫汗颤抖抽搐僵瘫瘦胖肥虚弱乏累倦困睡醒眠梦渴饿饱噎呛憋闷慌悸炎癌瘤疮疹疱斑疤溃烂"
    "脓毒菌霉病症疾患伤残死亡活命寿危险轻聋哑盲瞎傻呆疯抑郁躁怒焦虑惊悲恐糊衰竭萎缩梗阻塞畸变裂损陷脱垂屈流泪臭痰涎尸休克窒息"
    "恢复缓解苏疫癣疣痔虫螨蛔蚊蜂蛇"
)
_CARE = (
    "药剂片丸膏贴针注射输液打吊疫苗术刀切缝灸罐疗治医诊院科检查化验测量监拍照敷洗浴泡揉按摩擦抹涂熏蒸喷滴吸含服吃喝咽吞嚼饮食"
    "餐饭菜汤酒烟茶煮炒炸烤煎炖灌插拔扎刺捶捏搓捂刮推拿艾移植接种矫取截绷纱架轮椅担杖膜穿解剖排泄呤胺啶唑嗪酮酯醇钠钾钙镁铝铋"
    "锌铁硫磷氯氟溴碘乙丙丁戊己苯羟氨酰胍脲肽素韦汀坦洛尔普沙班净瑞他林宁宾芬司特孟卓烷烯烃醛苷碱胞酶抗克达格列双舒泰诺维芙蓝"
    "莲翘"
)
_FOOD = (
    "米面油盐糖醋酱蛋鱼虾蟹贝鸡鸭鹅猪牛羊狗豆果瓜蔬菇蒜姜葱椒咖啡料蜜粥糕饼桃梨枣橘橙柑柠檬莓蕉芒荔葡萄薯芋藕笋粽糯燕麦参茸胶"
    "芪枸杞菊荷叶草根花粉萝卜巧克力馄饨饺椰杏榴酥馍芝士锅海鲜石蛙鸽兔鸟肴荤素辣咸甜苦淡腻冰包馒芹菠茄笼"
)
_EFFECT = (
    "好坏效愈康健益补养强增加减降升高低提改善护防免害利弊安全灵验奇妙管用棒良优劣佳胜赢值钱费价贵廉报销买卖购售赠奖赔贱便宜瘾"
    "癖"
)
_DEGREE = (
    "更最比多少几倍半每双两二三四五六七八九十百千万亿超越快慢早晚久长短大小粗细厚薄深浅远近满空零全够足必定保证肯绝永终毕随任"
    "尽逸劳"
)
_ACTION = (
    "走跑跳游泳骑爬蹲跪弯举抬提搬扭坐躺卧站练动锻炼停换戒断改退驾飞怀避性房欢舞歌唱球攀扛背负独单混合替代续掐扳袋底盘瓶盒罩仪"
    "泵笑吸呼喊叫视闻嗅触抓咬压揍撞摔跌踩踢滑"
)
_TIME = "年月日天周时分秒晨午夜前后春夏秋冬季期旬"
_LOGIC = "无未不没非勿莫禁忌止别拒反因致使导由源遗传染否仅才若"
_WORLD = "水火电光风湿潮燥阳紫辐红黄黑白青绿蓝色毒"

WEIGHTY = frozenset(_BODY + _ILLNESS + _CARE + _FOOD + _EFFECT + _DEGREE + _ACTION + _TIME + _LOGIC + _WORLD)
"""Characters of the words of medicine, food, the body, actions, effects, degrees and time."""

_FOLK = "掐灸熏蒸刮捶勒"
"""Folk handling of a body, which no word of talk has."""
ALONE = frozenset(_ILLNESS + _FOOD + _LOGIC + _DEGREE + _EFFECT + _FOLK) - frozenset("护究清片粉小大多")
"""Weighty characters that make a claim even singly; of the others one is a piece of an everyday word."""

_TAKERS = """
吃 喝 服 用 打 含 涂 抹 吸 服用 使用 饮 饮用 食用 食 加 换 换成 换用 改用 改吃 加用 配 配上 配合 买 敷 贴 做 去 加上
采用 选用 运用 应用 拿 合用 补充 补 注射 口服 外用 治 治疗 叫
患 患有 得了 患上 得上
"""
TAKERS = frozenset(_TAKERS.split())
"""Words after which an unknown word names what is taken, done or suffered."""

_WEAK = """
瓶子 盒子 盖子 罐 兜 兜里 口袋 口袋里 包里 手边 柜子 抽屉 桌子 盆 桶 壶 水壶
饭 记 喷 护 讲 开 一下子 合适 冲 碰 解 起床 体重秤 放 慢慢 带 混 补 达标线 找 凑 挨着 错开 帮忙 测的 量 测 查 查出
做一次 记好 倒 扶着 扶 发 用着 相距 清 洗干净 身体 做菜 罐子 吃东西
就着 配 翻 装 身上 拿 端 搁 床 床边 床上 枕边 家 门口 屋 屋里 桌上 杯子 碗 勺子 水杯 秤 本子 日历 手机 闹钟 毛巾
椅子 凳子 衣服 裤子 鞋 袋子 老 老是 老样子 东西 菜 饭菜 水 一次 一回
瞧 看 看看 瞅 听 问 问问 想起 想起来 记起 学 学会 教 慢 慢点 快点 赶 赶上 留意 发现 觉 摸 捏 拎 搬 抱 伸 搓 擦 擦擦
甩 拍 按 点 敲 守 盯 等 陪 送 接 取 送来 拿来 打电话 电话 说话
讲话 做 弄 处理 过 去 走 回家 出门 出去 坐 坐着 站 站着 躺 躺着 睡 睡觉 睡着 醒 起来 起身 干净 清楚 明显 厉害 难受
不舒服 稳 小 长期 推 化 用满 吃满 打满 滴满 吃够 用够 身子
"""
WEAK = frozenset(_WEAK.split())
"""Words so common that one beside what a fact says tells how it is done, not what; two a sentence at most."""

_WEAK_GROUPS = """
活动 过渡 开始 重复 分次 记录 平均值 拨打 咨询 医生 医院 护士 药师 告知 清洁 干燥 翻身 床头 抬高 弯腰 练习 食物 进食
餐 小口 定时 按时 规律 药 片剂 部位 保存 接触 随身 随身携带 携带 安静
出现 发现 选择 换成 衣袖 穿 脱 缓慢 处 手 腿 足 鞋 皮肤 清洗 换 戴 联系 处理 马上 起床 衣物 宽松 面部 温度 速度 时间
次数 返院 家属 适合 适用于 观察 均匀 起身 体位 打开 关闭 直立 倾斜
等待 出门 外出 餐具 家庭成员 冲洗 下地 下床 扶手 照明 地面 浴室 门诊 主治医生 数日 几天 身体 工作 学习 户外 平地
姿势 坐姿 支撑 预约 病历 检查报告 记录本 日记 记录表 瓶盖 小勺 闹钟 药盒 标签
备忘 手机 屏幕 卡片 姓名 矮凳 棉球 咬紧 防滑垫 登记 孩子 患者 铺 安装 停留 签署 回家 措施 评估 程序 出生 朝向 加
清除 移至 佩戴 摘下 头 更换 起用 使用 睡觉 暗处 高处 塞 居家 喷向 遮住
属于 深 浅 坚持 学会 了解 对应 准备 安排 陪同 协助 搀扶 保持 维持 控制 稳定 就医 就诊 复诊 送医 正常 明显 异物 物品
口 肢体 腹部 大腿 手臂 嘴 嘴角 双脚 双足 眼睛 提 放 呼叫 触摸 间隔
长期 连续 首次 结束 完成 逐渐 突然 自行 立即 反应 恢复 好转 增至 改为 通过 返回 离开 床铺 送服 检查 测量 监测 复查
化验 抽血 记 一次 一次性 轮换 步行 散步 坐起 休息 坐浴 洗脚 洗手 漱口
刷牙 洗澡 洗浴 沾水 清水 吐出 嚼碎 吞服 服药 用药 口服 进餐 饮食 饮水 早睡 睡眠 睡着 均衡 适量 少量 大量
"""
WEAK_GROUPS = frozenset(_WEAK_GROUPS.split())
"""Groups of words of handling, places, people and manner: as weak, but not after a command or a ban."""

_WEAK_CHARACTERS = (
    "溅洒淋淌玩累摔查测拨躺站坐跪眼练餐顿抹碰带备歇伴选穿脱手腿鞋嘴洗戴岁称新棉脸腹搽擦抓讲配针放存占呈发犯坏扔剩摇剪破牙口唇睡传弯呛"
    "噎背腰肩栓渣蔫扶菜饭喂枕碎摸深买蹲提拎搬扭趴撑膝肘腕退拳勺秤湿季距装铺留送扎喷兑添倒挪僵摘平清蹭磨缺记找抽木老卧颈皮糊粗"
    "塞抬朝盖咬改稳臂举肚耳染推脏床拉解排漱揿搀开输管评吹瞧糙刺"
)
WEAK_CHARACTERS = frozenset(_WEAK_CHARACTERS)
"""Single characters that are mostly pieces of everyday words; weak as the groups are."""

_WEAK_BODY = """
头 脸 脸上 胳膊 手臂 腿 皮 大腿 小腿 后背 背 腰 嘴 嘴里 口 手 手上 肚子 肚 眼 眼睛 脚 脚上 胃
"""
WEAK_BODY = frozenset(_WEAK_BODY.split())
BODY_CHARACTERS = frozenset("手脚足腿臂肢指眼耳鼻嘴口牙头脸面腰背腹胸颈肩膝髋踝胃侧")
"""Parts of the body are as weak, where no fact names one."""

_GENERIC = """
改为 改成 改到 改 改用 换用 换成 换为 换到 调为 调到 调成 调至 做 行 进行 接受 采取 采用 选用 选 选择
用于 可用于 适用于 适合 适用 固定在 处于 发生 存在 受 受到 得 患 患有 患上 得了 属于 看 去 上
拿 使 让 出现 用过 用过的 使用过 长 犯 起 发 闹 冒 冒出 冒出来 判定 判断为 评为
"""
GENERIC = frozenset(_GENERIC.split())
"""Verbs of having, choosing, changing and doing that say nothing by themselves; weak even after a command, not after a
negation."""
HELPING = frozenset("扶着 扶 拿着 拿 带着 用着 靠着 发".split())  # noqa: SIM905 - reads better
"""What a compound may begin with beside a word of the facts: 扶着|助行器, 发|紧."""

PARTS = frozenset("子壳层面段截块条头边处口底盖支只颗性")
"""Characters that, after a word that a fact has, name a part of it or a piece: 胶囊|壳, 冷冻|层, 肠|子."""
