"""Which characters weigh: those that words of medicine, food, the body, action, effect, degree and time are made of.

An unknown word of everyday characters alone is taken for everyday talk; one weighty character makes it a claim. The
list errs on the side of weight: a character that is in doubt belongs in it.
"""

from __future__ import annotations

_BODY = (
    "头脑颅眼睛瞳眉耳鼻嘴唇舌牙齿龈喉咽嗓颈脖肩臂肘腕手指掌拳胸乳背腰腹肚脐臀髋腿膝踝脚足趾骨筋肌肉皮肤毛发甲心肝脾肺肾"
    "胃肠胆胰膀胱肛尿便屎粪屁血脉管神经脊髓腺卵宫阴睾精胎孕产奶孩婴幼童娃肢体器官腔膜瓣巴粘黏翅肋排椎"
)
_ILLNESS = (
    "痛疼酸麻痒肿胀晕昏眩吐泻咳喘烧热冷寒冻凉烫汗颤抖抽搐僵瘫瘦胖肥虚弱乏累倦困睡醒眠梦渴饿饱噎呛憋闷慌悸炎癌瘤疮疹疱"
    "斑疤溃烂脓毒菌霉病症疾患伤残死亡活命寿危险轻聋哑盲瞎傻呆疯抑郁躁怒焦虑惊悲恐糊衰竭萎缩梗阻塞畸变裂损陷脱垂屈"
    "流泪臭痰涎尸休克窒息恢复缓解复苏疫癣疣痔虫螨蛔蚊蜂蛇"
)
_CARE = (
    "药剂片丸膏贴针注射输液打吊疫苗术刀切缝灸罐疗治医诊院科检查化验测量监拍照敷洗浴泡揉按摩擦抹涂熏蒸喷滴吸含服吃喝咽吞"
    "嚼饮食餐饭菜汤酒烟茶煮炒炸烤煎炖灌插拔扎刺捶捏搓捂刮推拿艾移植接种矫取截绷纱架轮椅担杖膜穿解剖排泄"
    "呤胺啶唑嗪酮酯醇钠钾钙镁铝铋锌铁硫磷氯氟溴碘乙丙丁戊己苯羟氨酰胍脲肽素韦汀坦洛尔普沙班净瑞他林宁宾芬司特孟卓烷烯烃"
    "醛苷碱胞酶抗克达格列双舒泰诺维芙蓝莲翘"
)
_FOOD = (
    "米面油盐糖醋酱蛋鱼虾蟹贝鸡鸭鹅猪牛羊狗豆果瓜蔬菇蒜姜葱椒咖啡料蜜粥糕饼桃梨枣橘橙柑柠檬莓蕉芒荔葡萄薯芋藕笋粽糯燕麦"
    "参茸胶芪枸杞菊荷叶草根花粉萝卜巧克力馄饨饺椰杏榴酥馍芝士锅海鲜石蛙鸽兔鸟肴荤素辣咸甜苦淡腻冰包馒芹菠茄笼"
)
_EFFECT = (
    "好坏效愈康健益补养强增加减降升高低提改善护防免害利弊安全灵验奇妙管用棒良优劣佳胜赢值钱费价贵廉报销买卖购售赠奖赔贱便"
    "宜瘾癖"
)
_DEGREE = "更最比多少几倍半每双两二三四五六七八九十百千万亿超越快慢早晚久长短大小粗细厚薄深浅远近满空零全够足必定保证肯绝永终毕随任尽逸劳"
_ACTION = (
    "走跑跳游泳骑爬蹲跪弯举抬提搬扭坐躺卧站练动锻炼停换戒断改退驾飞怀避性房欢舞歌唱球攀扛背负独单混合替代续"
    "掐扳袋底盘瓶盒罩仪泵笑吸呼喊叫视闻嗅触抓咬压揍撞摔跌踩踢滑"
)
_TIME = "年月日天周时分秒晨午夜前后春夏秋冬季期旬"
_LOGIC = "无未不没非勿莫禁忌止别拒反因致使导由源遗传染否仅才若"
_WORLD = "水火电光风湿潮燥阳紫辐红黄黑白青绿蓝色毒"

WEAK = frozenset(
    "饭 记 喷 护 讲 开 一下子 合适 冲 碰 解 起床 体重秤 放 慢慢 带 混 补 达标线 找 凑 挨着 错开 帮忙 "
    "测的 量 测 查 查出 做一次 记好 倒 扶着 扶 发 用着 相距 清 洗干净 身体 做菜 罐子 吃东西 就着 配 翻 装 身上 "
    "拿 端 搁 床 床边 床上 枕边 家 门口 屋 屋里 桌上 杯子 碗 勺子 水杯 秤 本子 日历 手机 闹钟 毛巾 椅子 凳子 衣服 裤子 鞋 袋子 "
    "老 老是 老样子 东西 菜 饭菜 水 一次 一回 瞧 看 看看 瞅 听 问 问问 想起 想起来 记起 学 学会 教 慢 慢点 快点 赶 赶上 "
    "留意 发现 觉 摸 捏 拎 搬 抱 伸 搓 擦 擦擦 甩 拍 按 点 敲 守 盯 等 陪 送 接 取 送来 拿来 打电话 电话 说话 讲话 "
    "做 弄 处理 过 去 走 回家 出门 出去 坐 坐着 站 站着 躺 躺着 睡 睡觉 睡着 醒 起来 起身 干净 清楚 明显 厉害 难受 不舒服 "
    "稳 小 长期 推 化 用满 吃满 打满 滴满 吃够 用够 身子".split()  # noqa: SIM905 - reads better
)
"""Words so common that one of them beside what a fact says tells how it is done, not what; two a sentence at most."""

WEAK_BODY = frozenset("头 脸 脸上 胳膊 手臂 腿 皮 大腿 小腿 后背 背 腰 嘴 嘴里 口 手 手上 肚子 肚 眼 眼睛 脚 脚上 胃".split())  # noqa: SIM905 - reads better
BODY_CHARACTERS = frozenset("手脚足腿臂肢指眼耳鼻嘴口牙头脸面腰背腹胸颈肩膝髋踝胃侧")
"""Parts of the body are as weak, where no fact names one."""

WEIGHTY = frozenset(_BODY + _ILLNESS + _CARE + _FOOD + _EFFECT + _DEGREE + _ACTION + _TIME + _LOGIC + _WORLD)

TAKERS = frozenset(
    "吃 喝 服 用 打 含 涂 抹 吸 服用 使用 饮 饮用 食用 食 加 换 换成 换用 改用 改吃 加用 配 配上 配合 买 敷 贴 做 去 "
    "加上 采用 选用 运用 应用 拿 合用 补充 补 注射 口服 外用 治 治疗 叫 患 患有 得了 患上 得上".split()  # noqa: SIM905 - reads better
)
"""Words after which an unknown word names what is taken, done or suffered."""
