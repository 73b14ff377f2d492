.intel_syntax noprefix
.section .text.c0000,"ax"
mov rax, rax
.section .text.c0001,"ax"
add rax, rax
.section .text.c0002,"ax"
sub rax, rax
.section .text.c0003,"ax"
cmp rax, rax
.section .text.c0004,"ax"
test rax, rax
.section .text.c0005,"ax"
mov rax, rbx
.section .text.c0006,"ax"
add rax, rbx
.section .text.c0007,"ax"
sub rax, rbx
.section .text.c0008,"ax"
cmp rax, rbx
.section .text.c0009,"ax"
test rax, rbx
.section .text.c0010,"ax"
mov rax, rsi
.section .text.c0011,"ax"
add rax, rsi
.section .text.c0012,"ax"
sub rax, rsi
.section .text.c0013,"ax"
cmp rax, rsi
.section .text.c0014,"ax"
test rax, rsi
.section .text.c0015,"ax"
mov rax, r8
.section .text.c0016,"ax"
add rax, r8
.section .text.c0017,"ax"
sub rax, r8
.section .text.c0018,"ax"
cmp rax, r8
.section .text.c0019,"ax"
test rax, r8
.section .text.c0020,"ax"
mov rax, r15
.section .text.c0021,"ax"
add rax, r15
.section .text.c0022,"ax"
sub rax, r15
.section .text.c0023,"ax"
cmp rax, r15
.section .text.c0024,"ax"
test rax, r15
.section .text.c0025,"ax"
mov rax, 1
.section .text.c0026,"ax"
add rax, 1
.section .text.c0027,"ax"
sub rax, 1
.section .text.c0028,"ax"
and rax, 1
.section .text.c0029,"ax"
cmp rax, 1
.section .text.c0030,"ax"
mov rax, -64
.section .text.c0031,"ax"
add rax, -64
.section .text.c0032,"ax"
sub rax, -64
.section .text.c0033,"ax"
and rax, -64
.section .text.c0034,"ax"
cmp rax, -64
.section .text.c0035,"ax"
mov rax, 127
.section .text.c0036,"ax"
add rax, 127
.section .text.c0037,"ax"
sub rax, 127
.section .text.c0038,"ax"
and rax, 127
.section .text.c0039,"ax"
cmp rax, 127
.section .text.c0040,"ax"
mov rax, 128
.section .text.c0041,"ax"
add rax, 128
.section .text.c0042,"ax"
sub rax, 128
.section .text.c0043,"ax"
and rax, 128
.section .text.c0044,"ax"
cmp rax, 128
.section .text.c0045,"ax"
mov rax, 100000
.section .text.c0046,"ax"
add rax, 100000
.section .text.c0047,"ax"
sub rax, 100000
.section .text.c0048,"ax"
and rax, 100000
.section .text.c0049,"ax"
cmp rax, 100000
.section .text.c0050,"ax"
mov rax, [rdi]
.section .text.c0051,"ax"
mov [rdi], rax
.section .text.c0052,"ax"
lea rax, [rdi]
.section .text.c0053,"ax"
mov rax, [rbp]
.section .text.c0054,"ax"
mov [rbp], rax
.section .text.c0055,"ax"
lea rax, [rbp]
.section .text.c0056,"ax"
mov rax, [r13+64]
.section .text.c0057,"ax"
mov [r13+64], rax
.section .text.c0058,"ax"
lea rax, [r13+64]
.section .text.c0059,"ax"
mov rax, [rsp-128]
.section .text.c0060,"ax"
mov [rsp-128], rax
.section .text.c0061,"ax"
lea rax, [rsp-128]
.section .text.c0062,"ax"
mov rax, [r12+36]
.section .text.c0063,"ax"
mov [r12+36], rax
.section .text.c0064,"ax"
lea rax, [r12+36]
.section .text.c0065,"ax"
mov rax, [rax+4096]
.section .text.c0066,"ax"
mov [rax+4096], rax
.section .text.c0067,"ax"
lea rax, [rax+4096]
.section .text.c0068,"ax"
mov rax, [r8+rsi*4+128]
.section .text.c0069,"ax"
mov [r8+rsi*4+128], rax
.section .text.c0070,"ax"
lea rax, [r8+rsi*4+128]
.section .text.c0071,"ax"
mov rax, [rdx+r9*8+1000]
.section .text.c0072,"ax"
mov [rdx+r9*8+1000], rax
.section .text.c0073,"ax"
lea rax, [rdx+r9*8+1000]
.section .text.c0074,"ax"
mov rax, [rbx+rbp*1]
.section .text.c0075,"ax"
mov [rbx+rbp*1], rax
.section .text.c0076,"ax"
lea rax, [rbx+rbp*1]
.section .text.c0077,"ax"
dec rax
.section .text.c0078,"ax"
shl rax, 5
.section .text.c0079,"ax"
shr rax, 2
.section .text.c0080,"ax"
push rax
.section .text.c0081,"ax"
pop rax
.section .text.c0082,"ax"
call rax
.section .text.c0083,"ax"
mov rbx, rax
.section .text.c0084,"ax"
add rbx, rax
.section .text.c0085,"ax"
sub rbx, rax
.section .text.c0086,"ax"
cmp rbx, rax
.section .text.c0087,"ax"
test rbx, rax
.section .text.c0088,"ax"
mov rbx, rbx
.section .text.c0089,"ax"
add rbx, rbx
.section .text.c0090,"ax"
sub rbx, rbx
.section .text.c0091,"ax"
cmp rbx, rbx
.section .text.c0092,"ax"
test rbx, rbx
.section .text.c0093,"ax"
mov rbx, rsi
.section .text.c0094,"ax"
add rbx, rsi
.section .text.c0095,"ax"
sub rbx, rsi
.section .text.c0096,"ax"
cmp rbx, rsi
.section .text.c0097,"ax"
test rbx, rsi
.section .text.c0098,"ax"
mov rbx, r8
.section .text.c0099,"ax"
add rbx, r8
.section .text.c0100,"ax"
sub rbx, r8
.section .text.c0101,"ax"
cmp rbx, r8
.section .text.c0102,"ax"
test rbx, r8
.section .text.c0103,"ax"
mov rbx, r15
.section .text.c0104,"ax"
add rbx, r15
.section .text.c0105,"ax"
sub rbx, r15
.section .text.c0106,"ax"
cmp rbx, r15
.section .text.c0107,"ax"
test rbx, r15
.section .text.c0108,"ax"
mov rbx, 1
.section .text.c0109,"ax"
add rbx, 1
.section .text.c0110,"ax"
sub rbx, 1
.section .text.c0111,"ax"
and rbx, 1
.section .text.c0112,"ax"
cmp rbx, 1
.section .text.c0113,"ax"
mov rbx, -64
.section .text.c0114,"ax"
add rbx, -64
.section .text.c0115,"ax"
sub rbx, -64
.section .text.c0116,"ax"
and rbx, -64
.section .text.c0117,"ax"
cmp rbx, -64
.section .text.c0118,"ax"
mov rbx, 127
.section .text.c0119,"ax"
add rbx, 127
.section .text.c0120,"ax"
sub rbx, 127
.section .text.c0121,"ax"
and rbx, 127
.section .text.c0122,"ax"
cmp rbx, 127
.section .text.c0123,"ax"
mov rbx, 128
.section .text.c0124,"ax"
add rbx, 128
.section .text.c0125,"ax"
sub rbx, 128
.section .text.c0126,"ax"
and rbx, 128
.section .text.c0127,"ax"
cmp rbx, 128
.section .text.c0128,"ax"
mov rbx, 100000
.section .text.c0129,"ax"
add rbx, 100000
.section .text.c0130,"ax"
sub rbx, 100000
.section .text.c0131,"ax"
and rbx, 100000
.section .text.c0132,"ax"
cmp rbx, 100000
.section .text.c0133,"ax"
mov rbx, [rdi]
.section .text.c0134,"ax"
mov [rdi], rbx
.section .text.c0135,"ax"
lea rbx, [rdi]
.section .text.c0136,"ax"
mov rbx, [rbp]
.section .text.c0137,"ax"
mov [rbp], rbx
.section .text.c0138,"ax"
lea rbx, [rbp]
.section .text.c0139,"ax"
mov rbx, [r13+64]
.section .text.c0140,"ax"
mov [r13+64], rbx
.section .text.c0141,"ax"
lea rbx, [r13+64]
.section .text.c0142,"ax"
mov rbx, [rsp-128]
.section .text.c0143,"ax"
mov [rsp-128], rbx
.section .text.c0144,"ax"
lea rbx, [rsp-128]
.section .text.c0145,"ax"
mov rbx, [r12+36]
.section .text.c0146,"ax"
mov [r12+36], rbx
.section .text.c0147,"ax"
lea rbx, [r12+36]
.section .text.c0148,"ax"
mov rbx, [rax+4096]
.section .text.c0149,"ax"
mov [rax+4096], rbx
.section .text.c0150,"ax"
lea rbx, [rax+4096]
.section .text.c0151,"ax"
mov rbx, [r8+rsi*4+128]
.section .text.c0152,"ax"
mov [r8+rsi*4+128], rbx
.section .text.c0153,"ax"
lea rbx, [r8+rsi*4+128]
.section .text.c0154,"ax"
mov rbx, [rdx+r9*8+1000]
.section .text.c0155,"ax"
mov [rdx+r9*8+1000], rbx
.section .text.c0156,"ax"
lea rbx, [rdx+r9*8+1000]
.section .text.c0157,"ax"
mov rbx, [rbx+rbp*1]
.section .text.c0158,"ax"
mov [rbx+rbp*1], rbx
.section .text.c0159,"ax"
lea rbx, [rbx+rbp*1]
.section .text.c0160,"ax"
dec rbx
.section .text.c0161,"ax"
shl rbx, 5
.section .text.c0162,"ax"
shr rbx, 2
.section .text.c0163,"ax"
push rbx
.section .text.c0164,"ax"
pop rbx
.section .text.c0165,"ax"
call rbx
.section .text.c0166,"ax"
mov rsi, rax
.section .text.c0167,"ax"
add rsi, rax
.section .text.c0168,"ax"
sub rsi, rax
.section .text.c0169,"ax"
cmp rsi, rax
.section .text.c0170,"ax"
test rsi, rax
.section .text.c0171,"ax"
mov rsi, rbx
.section .text.c0172,"ax"
add rsi, rbx
.section .text.c0173,"ax"
sub rsi, rbx
.section .text.c0174,"ax"
cmp rsi, rbx
.section .text.c0175,"ax"
test rsi, rbx
.section .text.c0176,"ax"
mov rsi, rsi
.section .text.c0177,"ax"
add rsi, rsi
.section .text.c0178,"ax"
sub rsi, rsi
.section .text.c0179,"ax"
cmp rsi, rsi
.section .text.c0180,"ax"
test rsi, rsi
.section .text.c0181,"ax"
mov rsi, r8
.section .text.c0182,"ax"
add rsi, r8
.section .text.c0183,"ax"
sub rsi, r8
.section .text.c0184,"ax"
cmp rsi, r8
.section .text.c0185,"ax"
test rsi, r8
.section .text.c0186,"ax"
mov rsi, r15
.section .text.c0187,"ax"
add rsi, r15
.section .text.c0188,"ax"
sub rsi, r15
.section .text.c0189,"ax"
cmp rsi, r15
.section .text.c0190,"ax"
test rsi, r15
.section .text.c0191,"ax"
mov rsi, 1
.section .text.c0192,"ax"
add rsi, 1
.section .text.c0193,"ax"
sub rsi, 1
.section .text.c0194,"ax"
and rsi, 1
.section .text.c0195,"ax"
cmp rsi, 1
.section .text.c0196,"ax"
mov rsi, -64
.section .text.c0197,"ax"
add rsi, -64
.section .text.c0198,"ax"
sub rsi, -64
.section .text.c0199,"ax"
and rsi, -64
.section .text.c0200,"ax"
cmp rsi, -64
.section .text.c0201,"ax"
mov rsi, 127
.section .text.c0202,"ax"
add rsi, 127
.section .text.c0203,"ax"
sub rsi, 127
.section .text.c0204,"ax"
and rsi, 127
.section .text.c0205,"ax"
cmp rsi, 127
.section .text.c0206,"ax"
mov rsi, 128
.section .text.c0207,"ax"
add rsi, 128
.section .text.c0208,"ax"
sub rsi, 128
.section .text.c0209,"ax"
and rsi, 128
.section .text.c0210,"ax"
cmp rsi, 128
.section .text.c0211,"ax"
mov rsi, 100000
.section .text.c0212,"ax"
add rsi, 100000
.section .text.c0213,"ax"
sub rsi, 100000
.section .text.c0214,"ax"
and rsi, 100000
.section .text.c0215,"ax"
cmp rsi, 100000
.section .text.c0216,"ax"
mov rsi, [rdi]
.section .text.c0217,"ax"
mov [rdi], rsi
.section .text.c0218,"ax"
lea rsi, [rdi]
.section .text.c0219,"ax"
mov rsi, [rbp]
.section .text.c0220,"ax"
mov [rbp], rsi
.section .text.c0221,"ax"
lea rsi, [rbp]
.section .text.c0222,"ax"
mov rsi, [r13+64]
.section .text.c0223,"ax"
mov [r13+64], rsi
.section .text.c0224,"ax"
lea rsi, [r13+64]
.section .text.c0225,"ax"
mov rsi, [rsp-128]
.section .text.c0226,"ax"
mov [rsp-128], rsi
.section .text.c0227,"ax"
lea rsi, [rsp-128]
.section .text.c0228,"ax"
mov rsi, [r12+36]
.section .text.c0229,"ax"
mov [r12+36], rsi
.section .text.c0230,"ax"
lea rsi, [r12+36]
.section .text.c0231,"ax"
mov rsi, [rax+4096]
.section .text.c0232,"ax"
mov [rax+4096], rsi
.section .text.c0233,"ax"
lea rsi, [rax+4096]
.section .text.c0234,"ax"
mov rsi, [r8+rsi*4+128]
.section .text.c0235,"ax"
mov [r8+rsi*4+128], rsi
.section .text.c0236,"ax"
lea rsi, [r8+rsi*4+128]
.section .text.c0237,"ax"
mov rsi, [rdx+r9*8+1000]
.section .text.c0238,"ax"
mov [rdx+r9*8+1000], rsi
.section .text.c0239,"ax"
lea rsi, [rdx+r9*8+1000]
.section .text.c0240,"ax"
mov rsi, [rbx+rbp*1]
.section .text.c0241,"ax"
mov [rbx+rbp*1], rsi
.section .text.c0242,"ax"
lea rsi, [rbx+rbp*1]
.section .text.c0243,"ax"
dec rsi
.section .text.c0244,"ax"
shl rsi, 5
.section .text.c0245,"ax"
shr rsi, 2
.section .text.c0246,"ax"
push rsi
.section .text.c0247,"ax"
pop rsi
.section .text.c0248,"ax"
call rsi
.section .text.c0249,"ax"
mov r8, rax
.section .text.c0250,"ax"
add r8, rax
.section .text.c0251,"ax"
sub r8, rax
.section .text.c0252,"ax"
cmp r8, rax
.section .text.c0253,"ax"
test r8, rax
.section .text.c0254,"ax"
mov r8, rbx
.section .text.c0255,"ax"
add r8, rbx
.section .text.c0256,"ax"
sub r8, rbx
.section .text.c0257,"ax"
cmp r8, rbx
.section .text.c0258,"ax"
test r8, rbx
.section .text.c0259,"ax"
mov r8, rsi
.section .text.c0260,"ax"
add r8, rsi
.section .text.c0261,"ax"
sub r8, rsi
.section .text.c0262,"ax"
cmp r8, rsi
.section .text.c0263,"ax"
test r8, rsi
.section .text.c0264,"ax"
mov r8, r8
.section .text.c0265,"ax"
add r8, r8
.section .text.c0266,"ax"
sub r8, r8
.section .text.c0267,"ax"
cmp r8, r8
.section .text.c0268,"ax"
test r8, r8
.section .text.c0269,"ax"
mov r8, r15
.section .text.c0270,"ax"
add r8, r15
.section .text.c0271,"ax"
sub r8, r15
.section .text.c0272,"ax"
cmp r8, r15
.section .text.c0273,"ax"
test r8, r15
.section .text.c0274,"ax"
mov r8, 1
.section .text.c0275,"ax"
add r8, 1
.section .text.c0276,"ax"
sub r8, 1
.section .text.c0277,"ax"
and r8, 1
.section .text.c0278,"ax"
cmp r8, 1
.section .text.c0279,"ax"
mov r8, -64
.section .text.c0280,"ax"
add r8, -64
.section .text.c0281,"ax"
sub r8, -64
.section .text.c0282,"ax"
and r8, -64
.section .text.c0283,"ax"
cmp r8, -64
.section .text.c0284,"ax"
mov r8, 127
.section .text.c0285,"ax"
add r8, 127
.section .text.c0286,"ax"
sub r8, 127
.section .text.c0287,"ax"
and r8, 127
.section .text.c0288,"ax"
cmp r8, 127
.section .text.c0289,"ax"
mov r8, 128
.section .text.c0290,"ax"
add r8, 128
.section .text.c0291,"ax"
sub r8, 128
.section .text.c0292,"ax"
and r8, 128
.section .text.c0293,"ax"
cmp r8, 128
.section .text.c0294,"ax"
mov r8, 100000
.section .text.c0295,"ax"
add r8, 100000
.section .text.c0296,"ax"
sub r8, 100000
.section .text.c0297,"ax"
and r8, 100000
.section .text.c0298,"ax"
cmp r8, 100000
.section .text.c0299,"ax"
mov r8, [rdi]
.section .text.c0300,"ax"
mov [rdi], r8
.section .text.c0301,"ax"
lea r8, [rdi]
.section .text.c0302,"ax"
mov r8, [rbp]
.section .text.c0303,"ax"
mov [rbp], r8
.section .text.c0304,"ax"
lea r8, [rbp]
.section .text.c0305,"ax"
mov r8, [r13+64]
.section .text.c0306,"ax"
mov [r13+64], r8
.section .text.c0307,"ax"
lea r8, [r13+64]
.section .text.c0308,"ax"
mov r8, [rsp-128]
.section .text.c0309,"ax"
mov [rsp-128], r8
.section .text.c0310,"ax"
lea r8, [rsp-128]
.section .text.c0311,"ax"
mov r8, [r12+36]
.section .text.c0312,"ax"
mov [r12+36], r8
.section .text.c0313,"ax"
lea r8, [r12+36]
.section .text.c0314,"ax"
mov r8, [rax+4096]
.section .text.c0315,"ax"
mov [rax+4096], r8
.section .text.c0316,"ax"
lea r8, [rax+4096]
.section .text.c0317,"ax"
mov r8, [r8+rsi*4+128]
.section .text.c0318,"ax"
mov [r8+rsi*4+128], r8
.section .text.c0319,"ax"
lea r8, [r8+rsi*4+128]
.section .text.c0320,"ax"
mov r8, [rdx+r9*8+1000]
.section .text.c0321,"ax"
mov [rdx+r9*8+1000], r8
.section .text.c0322,"ax"
lea r8, [rdx+r9*8+1000]
.section .text.c0323,"ax"
mov r8, [rbx+rbp*1]
.section .text.c0324,"ax"
mov [rbx+rbp*1], r8
.section .text.c0325,"ax"
lea r8, [rbx+rbp*1]
.section .text.c0326,"ax"
dec r8
.section .text.c0327,"ax"
shl r8, 5
.section .text.c0328,"ax"
shr r8, 2
.section .text.c0329,"ax"
push r8
.section .text.c0330,"ax"
pop r8
.section .text.c0331,"ax"
call r8
.section .text.c0332,"ax"
mov r15, rax
.section .text.c0333,"ax"
add r15, rax
.section .text.c0334,"ax"
sub r15, rax
.section .text.c0335,"ax"
cmp r15, rax
.section .text.c0336,"ax"
test r15, rax
.section .text.c0337,"ax"
mov r15, rbx
.section .text.c0338,"ax"
add r15, rbx
.section .text.c0339,"ax"
sub r15, rbx
.section .text.c0340,"ax"
cmp r15, rbx
.section .text.c0341,"ax"
test r15, rbx
.section .text.c0342,"ax"
mov r15, rsi
.section .text.c0343,"ax"
add r15, rsi
.section .text.c0344,"ax"
sub r15, rsi
.section .text.c0345,"ax"
cmp r15, rsi
.section .text.c0346,"ax"
test r15, rsi
.section .text.c0347,"ax"
mov r15, r8
.section .text.c0348,"ax"
add r15, r8
.section .text.c0349,"ax"
sub r15, r8
.section .text.c0350,"ax"
cmp r15, r8
.section .text.c0351,"ax"
test r15, r8
.section .text.c0352,"ax"
mov r15, r15
.section .text.c0353,"ax"
add r15, r15
.section .text.c0354,"ax"
sub r15, r15
.section .text.c0355,"ax"
cmp r15, r15
.section .text.c0356,"ax"
test r15, r15
.section .text.c0357,"ax"
mov r15, 1
.section .text.c0358,"ax"
add r15, 1
.section .text.c0359,"ax"
sub r15, 1
.section .text.c0360,"ax"
and r15, 1
.section .text.c0361,"ax"
cmp r15, 1
.section .text.c0362,"ax"
mov r15, -64
.section .text.c0363,"ax"
add r15, -64
.section .text.c0364,"ax"
sub r15, -64
.section .text.c0365,"ax"
and r15, -64
.section .text.c0366,"ax"
cmp r15, -64
.section .text.c0367,"ax"
mov r15, 127
.section .text.c0368,"ax"
add r15, 127
.section .text.c0369,"ax"
sub r15, 127
.section .text.c0370,"ax"
and r15, 127
.section .text.c0371,"ax"
cmp r15, 127
.section .text.c0372,"ax"
mov r15, 128
.section .text.c0373,"ax"
add r15, 128
.section .text.c0374,"ax"
sub r15, 128
.section .text.c0375,"ax"
and r15, 128
.section .text.c0376,"ax"
cmp r15, 128
.section .text.c0377,"ax"
mov r15, 100000
.section .text.c0378,"ax"
add r15, 100000
.section .text.c0379,"ax"
sub r15, 100000
.section .text.c0380,"ax"
and r15, 100000
.section .text.c0381,"ax"
cmp r15, 100000
.section .text.c0382,"ax"
mov r15, [rdi]
.section .text.c0383,"ax"
mov [rdi], r15
.section .text.c0384,"ax"
lea r15, [rdi]
.section .text.c0385,"ax"
mov r15, [rbp]
.section .text.c0386,"ax"
mov [rbp], r15
.section .text.c0387,"ax"
lea r15, [rbp]
.section .text.c0388,"ax"
mov r15, [r13+64]
.section .text.c0389,"ax"
mov [r13+64], r15
.section .text.c0390,"ax"
lea r15, [r13+64]
.section .text.c0391,"ax"
mov r15, [rsp-128]
.section .text.c0392,"ax"
mov [rsp-128], r15
.section .text.c0393,"ax"
lea r15, [rsp-128]
.section .text.c0394,"ax"
mov r15, [r12+36]
.section .text.c0395,"ax"
mov [r12+36], r15
.section .text.c0396,"ax"
lea r15, [r12+36]
.section .text.c0397,"ax"
mov r15, [rax+4096]
.section .text.c0398,"ax"
mov [rax+4096], r15
.section .text.c0399,"ax"
lea r15, [rax+4096]
.section .text.c0400,"ax"
mov r15, [r8+rsi*4+128]
.section .text.c0401,"ax"
mov [r8+rsi*4+128], r15
.section .text.c0402,"ax"
lea r15, [r8+rsi*4+128]
.section .text.c0403,"ax"
mov r15, [rdx+r9*8+1000]
.section .text.c0404,"ax"
mov [rdx+r9*8+1000], r15
.section .text.c0405,"ax"
lea r15, [rdx+r9*8+1000]
.section .text.c0406,"ax"
mov r15, [rbx+rbp*1]
.section .text.c0407,"ax"
mov [rbx+rbp*1], r15
.section .text.c0408,"ax"
lea r15, [rbx+rbp*1]
.section .text.c0409,"ax"
dec r15
.section .text.c0410,"ax"
shl r15, 5
.section .text.c0411,"ax"
shr r15, 2
.section .text.c0412,"ax"
push r15
.section .text.c0413,"ax"
pop r15
.section .text.c0414,"ax"
call r15
.section .text.c0415,"ax"
mov ecx, [r9+8]
.section .text.c0416,"ax"
mov [rdi+rcx*4], r10d
.section .text.c0417,"ax"
mov [rdi], ax
.section .text.c0418,"ax"
mov [rdi], r11w
.section .text.c0419,"ax"
mov [rbp], ax
.section .text.c0420,"ax"
mov [rbp], r11w
.section .text.c0421,"ax"
mov [r13+64], ax
.section .text.c0422,"ax"
mov [r13+64], r11w
.section .text.c0423,"ax"
mov [rsp-128], ax
.section .text.c0424,"ax"
mov [rsp-128], r11w
.section .text.c0425,"ax"
mov [r12+36], ax
.section .text.c0426,"ax"
mov [r12+36], r11w
.section .text.c0427,"ax"
mov [rax+4096], ax
.section .text.c0428,"ax"
mov [rax+4096], r11w
.section .text.c0429,"ax"
mov [r8+rsi*4+128], ax
.section .text.c0430,"ax"
mov [r8+rsi*4+128], r11w
.section .text.c0431,"ax"
mov [rdx+r9*8+1000], ax
.section .text.c0432,"ax"
mov [rdx+r9*8+1000], r11w
.section .text.c0433,"ax"
mov [rbx+rbp*1], ax
.section .text.c0434,"ax"
mov [rbx+rbp*1], r11w
.section .text.c0435,"ax"
mov eax, [rdx]
.section .text.c0436,"ax"
prefetcht0 [rdi]
.section .text.c0437,"ax"
prefetcht0 [rbp]
.section .text.c0438,"ax"
prefetcht0 [r13+64]
.section .text.c0439,"ax"
prefetcht0 [rsp-128]
.section .text.c0440,"ax"
prefetcht0 [r12+36]
.section .text.c0441,"ax"
prefetcht0 [rax+4096]
.section .text.c0442,"ax"
prefetcht0 [r8+rsi*4+128]
.section .text.c0443,"ax"
prefetcht0 [rdx+r9*8+1000]
.section .text.c0444,"ax"
prefetcht0 [rbx+rbp*1]
.section .text.c0445,"ax"
ret
.section .text.c0446,"ax"
cpuid
.section .text.c0447,"ax"
xgetbv
.section .text.c0448,"ax"
vzeroupper
.section .text.c0449,"ax"
1: nop; {disp32} jnz 1b
.section .text.c0450,"ax"
{disp32} jnz 1f; nop; 1: nop
.section .text.c0451,"ax"
1: nop; {disp32} jz 1b
.section .text.c0452,"ax"
{disp32} jz 1f; nop; 1: nop
.section .text.c0453,"ax"
1: nop; {disp32} jl 1b
.section .text.c0454,"ax"
{disp32} jl 1f; nop; 1: nop
.section .text.c0455,"ax"
1: nop; {disp32} jmp 1b
.section .text.c0456,"ax"
{disp32} jmp 1f; nop; 1: nop
.section .text.c0457,"ax"
vmovups xmm1, [rdi]
.section .text.c0458,"ax"
vmovups [rdi], xmm1
.section .text.c0459,"ax"
vmovups xmm1, [rbp]
.section .text.c0460,"ax"
vmovups [rbp], xmm1
.section .text.c0461,"ax"
vmovups xmm1, [r13+64]
.section .text.c0462,"ax"
vmovups [r13+64], xmm1
.section .text.c0463,"ax"
vmovups xmm1, [rsp-128]
.section .text.c0464,"ax"
vmovups [rsp-128], xmm1
.section .text.c0465,"ax"
vmovups xmm1, [r12+36]
.section .text.c0466,"ax"
vmovups [r12+36], xmm1
.section .text.c0467,"ax"
vmovups xmm1, [rax+4096]
.section .text.c0468,"ax"
vmovups [rax+4096], xmm1
.section .text.c0469,"ax"
vmovups xmm1, [r8+rsi*4+128]
.section .text.c0470,"ax"
vmovups [r8+rsi*4+128], xmm1
.section .text.c0471,"ax"
vmovups xmm1, [rdx+r9*8+1000]
.section .text.c0472,"ax"
vmovups [rdx+r9*8+1000], xmm1
.section .text.c0473,"ax"
vmovups xmm1, [rbx+rbp*1]
.section .text.c0474,"ax"
vmovups [rbx+rbp*1], xmm1
.section .text.c0475,"ax"
vmovups xmm9, [rdi]
.section .text.c0476,"ax"
vmovups [rdi], xmm9
.section .text.c0477,"ax"
vmovups xmm9, [rbp]
.section .text.c0478,"ax"
vmovups [rbp], xmm9
.section .text.c0479,"ax"
vmovups xmm9, [r13+64]
.section .text.c0480,"ax"
vmovups [r13+64], xmm9
.section .text.c0481,"ax"
vmovups xmm9, [rsp-128]
.section .text.c0482,"ax"
vmovups [rsp-128], xmm9
.section .text.c0483,"ax"
vmovups xmm9, [r12+36]
.section .text.c0484,"ax"
vmovups [r12+36], xmm9
.section .text.c0485,"ax"
vmovups xmm9, [rax+4096]
.section .text.c0486,"ax"
vmovups [rax+4096], xmm9
.section .text.c0487,"ax"
vmovups xmm9, [r8+rsi*4+128]
.section .text.c0488,"ax"
vmovups [r8+rsi*4+128], xmm9
.section .text.c0489,"ax"
vmovups xmm9, [rdx+r9*8+1000]
.section .text.c0490,"ax"
vmovups [rdx+r9*8+1000], xmm9
.section .text.c0491,"ax"
vmovups xmm9, [rbx+rbp*1]
.section .text.c0492,"ax"
vmovups [rbx+rbp*1], xmm9
.section .text.c0493,"ax"
vmovups xmm1, xmm3
.section .text.c0494,"ax"
vmovups xmm9, xmm3
.section .text.c0495,"ax"
vmovups ymm1, [rdi]
.section .text.c0496,"ax"
vmovups [rdi], ymm1
.section .text.c0497,"ax"
vmovups ymm1, [rbp]
.section .text.c0498,"ax"
vmovups [rbp], ymm1
.section .text.c0499,"ax"
vmovups ymm1, [r13+64]
.section .text.c0500,"ax"
vmovups [r13+64], ymm1
.section .text.c0501,"ax"
vmovups ymm1, [rsp-128]
.section .text.c0502,"ax"
vmovups [rsp-128], ymm1
.section .text.c0503,"ax"
vmovups ymm1, [r12+36]
.section .text.c0504,"ax"
vmovups [r12+36], ymm1
.section .text.c0505,"ax"
vmovups ymm1, [rax+4096]
.section .text.c0506,"ax"
vmovups [rax+4096], ymm1
.section .text.c0507,"ax"
vmovups ymm1, [r8+rsi*4+128]
.section .text.c0508,"ax"
vmovups [r8+rsi*4+128], ymm1
.section .text.c0509,"ax"
vmovups ymm1, [rdx+r9*8+1000]
.section .text.c0510,"ax"
vmovups [rdx+r9*8+1000], ymm1
.section .text.c0511,"ax"
vmovups ymm1, [rbx+rbp*1]
.section .text.c0512,"ax"
vmovups [rbx+rbp*1], ymm1
.section .text.c0513,"ax"
vmovups ymm9, [rdi]
.section .text.c0514,"ax"
vmovups [rdi], ymm9
.section .text.c0515,"ax"
vmovups ymm9, [rbp]
.section .text.c0516,"ax"
vmovups [rbp], ymm9
.section .text.c0517,"ax"
vmovups ymm9, [r13+64]
.section .text.c0518,"ax"
vmovups [r13+64], ymm9
.section .text.c0519,"ax"
vmovups ymm9, [rsp-128]
.section .text.c0520,"ax"
vmovups [rsp-128], ymm9
.section .text.c0521,"ax"
vmovups ymm9, [r12+36]
.section .text.c0522,"ax"
vmovups [r12+36], ymm9
.section .text.c0523,"ax"
vmovups ymm9, [rax+4096]
.section .text.c0524,"ax"
vmovups [rax+4096], ymm9
.section .text.c0525,"ax"
vmovups ymm9, [r8+rsi*4+128]
.section .text.c0526,"ax"
vmovups [r8+rsi*4+128], ymm9
.section .text.c0527,"ax"
vmovups ymm9, [rdx+r9*8+1000]
.section .text.c0528,"ax"
vmovups [rdx+r9*8+1000], ymm9
.section .text.c0529,"ax"
vmovups ymm9, [rbx+rbp*1]
.section .text.c0530,"ax"
vmovups [rbx+rbp*1], ymm9
.section .text.c0531,"ax"
vmovups ymm1, ymm3
.section .text.c0532,"ax"
vmovups ymm9, ymm3
.section .text.c0533,"ax"
vmovups zmm1, [rdi]
.section .text.c0534,"ax"
vmovups [rdi], zmm1
.section .text.c0535,"ax"
vmovups zmm1, [rbp]
.section .text.c0536,"ax"
vmovups [rbp], zmm1
.section .text.c0537,"ax"
vmovups zmm1, [r13+64]
.section .text.c0538,"ax"
vmovups [r13+64], zmm1
.section .text.c0539,"ax"
vmovups zmm1, [rsp-128]
.section .text.c0540,"ax"
vmovups [rsp-128], zmm1
.section .text.c0541,"ax"
vmovups zmm1, [r12+36]
.section .text.c0542,"ax"
vmovups [r12+36], zmm1
.section .text.c0543,"ax"
vmovups zmm1, [rax+4096]
.section .text.c0544,"ax"
vmovups [rax+4096], zmm1
.section .text.c0545,"ax"
vmovups zmm1, [r8+rsi*4+128]
.section .text.c0546,"ax"
vmovups [r8+rsi*4+128], zmm1
.section .text.c0547,"ax"
vmovups zmm1, [rdx+r9*8+1000]
.section .text.c0548,"ax"
vmovups [rdx+r9*8+1000], zmm1
.section .text.c0549,"ax"
vmovups zmm1, [rbx+rbp*1]
.section .text.c0550,"ax"
vmovups [rbx+rbp*1], zmm1
.section .text.c0551,"ax"
vmovups zmm9, [rdi]
.section .text.c0552,"ax"
vmovups [rdi], zmm9
.section .text.c0553,"ax"
vmovups zmm9, [rbp]
.section .text.c0554,"ax"
vmovups [rbp], zmm9
.section .text.c0555,"ax"
vmovups zmm9, [r13+64]
.section .text.c0556,"ax"
vmovups [r13+64], zmm9
.section .text.c0557,"ax"
vmovups zmm9, [rsp-128]
.section .text.c0558,"ax"
vmovups [rsp-128], zmm9
.section .text.c0559,"ax"
vmovups zmm9, [r12+36]
.section .text.c0560,"ax"
vmovups [r12+36], zmm9
.section .text.c0561,"ax"
vmovups zmm9, [rax+4096]
.section .text.c0562,"ax"
vmovups [rax+4096], zmm9
.section .text.c0563,"ax"
vmovups zmm9, [r8+rsi*4+128]
.section .text.c0564,"ax"
vmovups [r8+rsi*4+128], zmm9
.section .text.c0565,"ax"
vmovups zmm9, [rdx+r9*8+1000]
.section .text.c0566,"ax"
vmovups [rdx+r9*8+1000], zmm9
.section .text.c0567,"ax"
vmovups zmm9, [rbx+rbp*1]
.section .text.c0568,"ax"
vmovups [rbx+rbp*1], zmm9
.section .text.c0569,"ax"
vmovups zmm17, [rdi]
.section .text.c0570,"ax"
vmovups [rdi], zmm17
.section .text.c0571,"ax"
vmovups zmm17, [rbp]
.section .text.c0572,"ax"
vmovups [rbp], zmm17
.section .text.c0573,"ax"
vmovups zmm17, [r13+64]
.section .text.c0574,"ax"
vmovups [r13+64], zmm17
.section .text.c0575,"ax"
vmovups zmm17, [rsp-128]
.section .text.c0576,"ax"
vmovups [rsp-128], zmm17
.section .text.c0577,"ax"
vmovups zmm17, [r12+36]
.section .text.c0578,"ax"
vmovups [r12+36], zmm17
.section .text.c0579,"ax"
vmovups zmm17, [rax+4096]
.section .text.c0580,"ax"
vmovups [rax+4096], zmm17
.section .text.c0581,"ax"
vmovups zmm17, [r8+rsi*4+128]
.section .text.c0582,"ax"
vmovups [r8+rsi*4+128], zmm17
.section .text.c0583,"ax"
vmovups zmm17, [rdx+r9*8+1000]
.section .text.c0584,"ax"
vmovups [rdx+r9*8+1000], zmm17
.section .text.c0585,"ax"
vmovups zmm17, [rbx+rbp*1]
.section .text.c0586,"ax"
vmovups [rbx+rbp*1], zmm17
.section .text.c0587,"ax"
vmovups zmm31, [rdi]
.section .text.c0588,"ax"
vmovups [rdi], zmm31
.section .text.c0589,"ax"
vmovups zmm31, [rbp]
.section .text.c0590,"ax"
vmovups [rbp], zmm31
.section .text.c0591,"ax"
vmovups zmm31, [r13+64]
.section .text.c0592,"ax"
vmovups [r13+64], zmm31
.section .text.c0593,"ax"
vmovups zmm31, [rsp-128]
.section .text.c0594,"ax"
vmovups [rsp-128], zmm31
.section .text.c0595,"ax"
vmovups zmm31, [r12+36]
.section .text.c0596,"ax"
vmovups [r12+36], zmm31
.section .text.c0597,"ax"
vmovups zmm31, [rax+4096]
.section .text.c0598,"ax"
vmovups [rax+4096], zmm31
.section .text.c0599,"ax"
vmovups zmm31, [r8+rsi*4+128]
.section .text.c0600,"ax"
vmovups [r8+rsi*4+128], zmm31
.section .text.c0601,"ax"
vmovups zmm31, [rdx+r9*8+1000]
.section .text.c0602,"ax"
vmovups [rdx+r9*8+1000], zmm31
.section .text.c0603,"ax"
vmovups zmm31, [rbx+rbp*1]
.section .text.c0604,"ax"
vmovups [rbx+rbp*1], zmm31
.section .text.c0605,"ax"
vmovups zmm1, zmm30
.section .text.c0606,"ax"
vmovups zmm9, zmm22
.section .text.c0607,"ax"
vmovups zmm17, zmm14
.section .text.c0608,"ax"
vmovups zmm31, zmm0
.section .text.c0609,"ax"
vmovd xmm1, DWORD PTR [rdi]
.section .text.c0610,"ax"
vmovd DWORD PTR [rdi], xmm1
.section .text.c0611,"ax"
vpextrd [rdi], xmm1, 3
.section .text.c0612,"ax"
vmovd xmm1, DWORD PTR [rbp]
.section .text.c0613,"ax"
vmovd DWORD PTR [rbp], xmm1
.section .text.c0614,"ax"
vpextrd [rbp], xmm1, 3
.section .text.c0615,"ax"
vmovd xmm1, DWORD PTR [r13+64]
.section .text.c0616,"ax"
vmovd DWORD PTR [r13+64], xmm1
.section .text.c0617,"ax"
vpextrd [r13+64], xmm1, 3
.section .text.c0618,"ax"
vmovd xmm1, DWORD PTR [rsp-128]
.section .text.c0619,"ax"
vmovd DWORD PTR [rsp-128], xmm1
.section .text.c0620,"ax"
vpextrd [rsp-128], xmm1, 3
.section .text.c0621,"ax"
vmovd xmm1, DWORD PTR [r12+36]
.section .text.c0622,"ax"
vmovd DWORD PTR [r12+36], xmm1
.section .text.c0623,"ax"
vpextrd [r12+36], xmm1, 3
.section .text.c0624,"ax"
vmovd xmm1, DWORD PTR [rax+4096]
.section .text.c0625,"ax"
vmovd DWORD PTR [rax+4096], xmm1
.section .text.c0626,"ax"
vpextrd [rax+4096], xmm1, 3
.section .text.c0627,"ax"
vmovd xmm1, DWORD PTR [r8+rsi*4+128]
.section .text.c0628,"ax"
vmovd DWORD PTR [r8+rsi*4+128], xmm1
.section .text.c0629,"ax"
vpextrd [r8+rsi*4+128], xmm1, 3
.section .text.c0630,"ax"
vmovd xmm1, DWORD PTR [rdx+r9*8+1000]
.section .text.c0631,"ax"
vmovd DWORD PTR [rdx+r9*8+1000], xmm1
.section .text.c0632,"ax"
vpextrd [rdx+r9*8+1000], xmm1, 3
.section .text.c0633,"ax"
vmovd xmm1, DWORD PTR [rbx+rbp*1]
.section .text.c0634,"ax"
vmovd DWORD PTR [rbx+rbp*1], xmm1
.section .text.c0635,"ax"
vpextrd [rbx+rbp*1], xmm1, 3
.section .text.c0636,"ax"
vmovd xmm9, DWORD PTR [rdi]
.section .text.c0637,"ax"
vmovd DWORD PTR [rdi], xmm9
.section .text.c0638,"ax"
vpextrd [rdi], xmm9, 3
.section .text.c0639,"ax"
vmovd xmm9, DWORD PTR [rbp]
.section .text.c0640,"ax"
vmovd DWORD PTR [rbp], xmm9
.section .text.c0641,"ax"
vpextrd [rbp], xmm9, 3
.section .text.c0642,"ax"
vmovd xmm9, DWORD PTR [r13+64]
.section .text.c0643,"ax"
vmovd DWORD PTR [r13+64], xmm9
.section .text.c0644,"ax"
vpextrd [r13+64], xmm9, 3
.section .text.c0645,"ax"
vmovd xmm9, DWORD PTR [rsp-128]
.section .text.c0646,"ax"
vmovd DWORD PTR [rsp-128], xmm9
.section .text.c0647,"ax"
vpextrd [rsp-128], xmm9, 3
.section .text.c0648,"ax"
vmovd xmm9, DWORD PTR [r12+36]
.section .text.c0649,"ax"
vmovd DWORD PTR [r12+36], xmm9
.section .text.c0650,"ax"
vpextrd [r12+36], xmm9, 3
.section .text.c0651,"ax"
vmovd xmm9, DWORD PTR [rax+4096]
.section .text.c0652,"ax"
vmovd DWORD PTR [rax+4096], xmm9
.section .text.c0653,"ax"
vpextrd [rax+4096], xmm9, 3
.section .text.c0654,"ax"
vmovd xmm9, DWORD PTR [r8+rsi*4+128]
.section .text.c0655,"ax"
vmovd DWORD PTR [r8+rsi*4+128], xmm9
.section .text.c0656,"ax"
vpextrd [r8+rsi*4+128], xmm9, 3
.section .text.c0657,"ax"
vmovd xmm9, DWORD PTR [rdx+r9*8+1000]
.section .text.c0658,"ax"
vmovd DWORD PTR [rdx+r9*8+1000], xmm9
.section .text.c0659,"ax"
vpextrd [rdx+r9*8+1000], xmm9, 3
.section .text.c0660,"ax"
vmovd xmm9, DWORD PTR [rbx+rbp*1]
.section .text.c0661,"ax"
vmovd DWORD PTR [rbx+rbp*1], xmm9
.section .text.c0662,"ax"
vpextrd [rbx+rbp*1], xmm9, 3
.section .text.c0663,"ax"
vmovd xmm17, DWORD PTR [rdi]
.section .text.c0664,"ax"
vmovd DWORD PTR [rdi], xmm17
.section .text.c0665,"ax"
vmovd xmm17, DWORD PTR [rbp]
.section .text.c0666,"ax"
vmovd DWORD PTR [rbp], xmm17
.section .text.c0667,"ax"
vmovd xmm17, DWORD PTR [r13+64]
.section .text.c0668,"ax"
vmovd DWORD PTR [r13+64], xmm17
.section .text.c0669,"ax"
vmovd xmm17, DWORD PTR [rsp-128]
.section .text.c0670,"ax"
vmovd DWORD PTR [rsp-128], xmm17
.section .text.c0671,"ax"
vmovd xmm17, DWORD PTR [r12+36]
.section .text.c0672,"ax"
vmovd DWORD PTR [r12+36], xmm17
.section .text.c0673,"ax"
vmovd xmm17, DWORD PTR [rax+4096]
.section .text.c0674,"ax"
vmovd DWORD PTR [rax+4096], xmm17
.section .text.c0675,"ax"
vmovd xmm17, DWORD PTR [r8+rsi*4+128]
.section .text.c0676,"ax"
vmovd DWORD PTR [r8+rsi*4+128], xmm17
.section .text.c0677,"ax"
vmovd xmm17, DWORD PTR [rdx+r9*8+1000]
.section .text.c0678,"ax"
vmovd DWORD PTR [rdx+r9*8+1000], xmm17
.section .text.c0679,"ax"
vmovd xmm17, DWORD PTR [rbx+rbp*1]
.section .text.c0680,"ax"
vmovd DWORD PTR [rbx+rbp*1], xmm17
.section .text.c0681,"ax"
vmovd xmm31, DWORD PTR [rdi]
.section .text.c0682,"ax"
vmovd DWORD PTR [rdi], xmm31
.section .text.c0683,"ax"
vmovd xmm31, DWORD PTR [rbp]
.section .text.c0684,"ax"
vmovd DWORD PTR [rbp], xmm31
.section .text.c0685,"ax"
vmovd xmm31, DWORD PTR [r13+64]
.section .text.c0686,"ax"
vmovd DWORD PTR [r13+64], xmm31
.section .text.c0687,"ax"
vmovd xmm31, DWORD PTR [rsp-128]
.section .text.c0688,"ax"
vmovd DWORD PTR [rsp-128], xmm31
.section .text.c0689,"ax"
vmovd xmm31, DWORD PTR [r12+36]
.section .text.c0690,"ax"
vmovd DWORD PTR [r12+36], xmm31
.section .text.c0691,"ax"
vmovd xmm31, DWORD PTR [rax+4096]
.section .text.c0692,"ax"
vmovd DWORD PTR [rax+4096], xmm31
.section .text.c0693,"ax"
vmovd xmm31, DWORD PTR [r8+rsi*4+128]
.section .text.c0694,"ax"
vmovd DWORD PTR [r8+rsi*4+128], xmm31
.section .text.c0695,"ax"
vmovd xmm31, DWORD PTR [rdx+r9*8+1000]
.section .text.c0696,"ax"
vmovd DWORD PTR [rdx+r9*8+1000], xmm31
.section .text.c0697,"ax"
vmovd xmm31, DWORD PTR [rbx+rbp*1]
.section .text.c0698,"ax"
vmovd DWORD PTR [rbx+rbp*1], xmm31
.section .text.c0699,"ax"
vpbroadcastd ymm1, xmm3
.section .text.c0700,"ax"
vpbroadcastd ymm1, [r13+64]
.section .text.c0701,"ax"
vpbroadcastd ymm1, [r12+36]
.section .text.c0702,"ax"
vpbroadcastd ymm1, [rdx+r9*8+1000]
.section .text.c0703,"ax"
vpbroadcastd ymm9, xmm3
.section .text.c0704,"ax"
vpbroadcastd ymm9, [r13+64]
.section .text.c0705,"ax"
vpbroadcastd ymm9, [r12+36]
.section .text.c0706,"ax"
vpbroadcastd ymm9, [rdx+r9*8+1000]
.section .text.c0707,"ax"
vpbroadcastd zmm1, xmm30
.section .text.c0708,"ax"
vpbroadcastd zmm1, [r13+64]
.section .text.c0709,"ax"
vpbroadcastd zmm1, [r12+36]
.section .text.c0710,"ax"
vpbroadcastd zmm1, [rdx+r9*8+1000]
.section .text.c0711,"ax"
vpbroadcastd zmm9, xmm22
.section .text.c0712,"ax"
vpbroadcastd zmm9, [r13+64]
.section .text.c0713,"ax"
vpbroadcastd zmm9, [r12+36]
.section .text.c0714,"ax"
vpbroadcastd zmm9, [rdx+r9*8+1000]
.section .text.c0715,"ax"
vpbroadcastd zmm17, xmm14
.section .text.c0716,"ax"
vpbroadcastd zmm17, [r13+64]
.section .text.c0717,"ax"
vpbroadcastd zmm17, [r12+36]
.section .text.c0718,"ax"
vpbroadcastd zmm17, [rdx+r9*8+1000]
.section .text.c0719,"ax"
vpbroadcastd zmm31, xmm0
.section .text.c0720,"ax"
vpbroadcastd zmm31, [r13+64]
.section .text.c0721,"ax"
vpbroadcastd zmm31, [r12+36]
.section .text.c0722,"ax"
vpbroadcastd zmm31, [rdx+r9*8+1000]
.section .text.c0723,"ax"
vbroadcastss ymm1, xmm3
.section .text.c0724,"ax"
vbroadcastss ymm1, [r13+64]
.section .text.c0725,"ax"
vbroadcastss ymm1, [r12+36]
.section .text.c0726,"ax"
vbroadcastss ymm1, [rdx+r9*8+1000]
.section .text.c0727,"ax"
vbroadcastss ymm9, xmm3
.section .text.c0728,"ax"
vbroadcastss ymm9, [r13+64]
.section .text.c0729,"ax"
vbroadcastss ymm9, [r12+36]
.section .text.c0730,"ax"
vbroadcastss ymm9, [rdx+r9*8+1000]
.section .text.c0731,"ax"
vbroadcastss zmm1, xmm30
.section .text.c0732,"ax"
vbroadcastss zmm1, [r13+64]
.section .text.c0733,"ax"
vbroadcastss zmm1, [r12+36]
.section .text.c0734,"ax"
vbroadcastss zmm1, [rdx+r9*8+1000]
.section .text.c0735,"ax"
vbroadcastss zmm9, xmm22
.section .text.c0736,"ax"
vbroadcastss zmm9, [r13+64]
.section .text.c0737,"ax"
vbroadcastss zmm9, [r12+36]
.section .text.c0738,"ax"
vbroadcastss zmm9, [rdx+r9*8+1000]
.section .text.c0739,"ax"
vbroadcastss zmm17, xmm14
.section .text.c0740,"ax"
vbroadcastss zmm17, [r13+64]
.section .text.c0741,"ax"
vbroadcastss zmm17, [r12+36]
.section .text.c0742,"ax"
vbroadcastss zmm17, [rdx+r9*8+1000]
.section .text.c0743,"ax"
vbroadcastss zmm31, xmm0
.section .text.c0744,"ax"
vbroadcastss zmm31, [r13+64]
.section .text.c0745,"ax"
vbroadcastss zmm31, [r12+36]
.section .text.c0746,"ax"
vbroadcastss zmm31, [rdx+r9*8+1000]
.section .text.c0747,"ax"
vbroadcasti128 ymm5, [rdi]
.section .text.c0748,"ax"
vbroadcasti32x4 zmm21, [rdi]
.section .text.c0749,"ax"
vextracti128 [rdi], ymm9, 1
.section .text.c0750,"ax"
vbroadcasti128 ymm5, [rbp]
.section .text.c0751,"ax"
vbroadcasti32x4 zmm21, [rbp]
.section .text.c0752,"ax"
vextracti128 [rbp], ymm9, 1
.section .text.c0753,"ax"
vbroadcasti128 ymm5, [r13+64]
.section .text.c0754,"ax"
vbroadcasti32x4 zmm21, [r13+64]
.section .text.c0755,"ax"
vextracti128 [r13+64], ymm9, 1
.section .text.c0756,"ax"
vbroadcasti128 ymm5, [rsp-128]
.section .text.c0757,"ax"
vbroadcasti32x4 zmm21, [rsp-128]
.section .text.c0758,"ax"
vextracti128 [rsp-128], ymm9, 1
.section .text.c0759,"ax"
vbroadcasti128 ymm5, [r12+36]
.section .text.c0760,"ax"
vbroadcasti32x4 zmm21, [r12+36]
.section .text.c0761,"ax"
vextracti128 [r12+36], ymm9, 1
.section .text.c0762,"ax"
vbroadcasti128 ymm5, [rax+4096]
.section .text.c0763,"ax"
vbroadcasti32x4 zmm21, [rax+4096]
.section .text.c0764,"ax"
vextracti128 [rax+4096], ymm9, 1
.section .text.c0765,"ax"
vbroadcasti128 ymm5, [r8+rsi*4+128]
.section .text.c0766,"ax"
vbroadcasti32x4 zmm21, [r8+rsi*4+128]
.section .text.c0767,"ax"
vextracti128 [r8+rsi*4+128], ymm9, 1
.section .text.c0768,"ax"
vbroadcasti128 ymm5, [rdx+r9*8+1000]
.section .text.c0769,"ax"
vbroadcasti32x4 zmm21, [rdx+r9*8+1000]
.section .text.c0770,"ax"
vextracti128 [rdx+r9*8+1000], ymm9, 1
.section .text.c0771,"ax"
vbroadcasti128 ymm5, [rbx+rbp*1]
.section .text.c0772,"ax"
vbroadcasti32x4 zmm21, [rbx+rbp*1]
.section .text.c0773,"ax"
vextracti128 [rbx+rbp*1], ymm9, 1
.section .text.c0774,"ax"
vextracti128 xmm3, ymm12, 1
.section .text.c0775,"ax"
vextracti64x4 ymm3, zmm12, 1
.section .text.c0776,"ax"
vextracti64x4 ymm19, zmm25, 1
.section .text.c0777,"ax"
vpgatherdd ymm3, [rsi+ymm12*1+40], ymm7
.section .text.c0778,"ax"
vpgatherdd ymm13, [r9+ymm2*1], ymm9
.section .text.c0779,"ax"
vpgatherdd zmm3{k1}, [rsi+zmm12*1+40]
.section .text.c0780,"ax"
vpgatherdd zmm20{k2}, [r12+zmm31*1+900]
.section .text.c0781,"ax"
kxnorw k1, k1, k1
.section .text.c0782,"ax"
vpaddd xmm1, xmm6, xmm3
.section .text.c0783,"ax"
vpaddd xmm1, xmm6, [r13+64]
.section .text.c0784,"ax"
vpaddd xmm1, xmm6, [r12+36]
.section .text.c0785,"ax"
vpaddd xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0786,"ax"
vpaddd xmm9, xmm14, xmm3
.section .text.c0787,"ax"
vpaddd xmm9, xmm14, [r13+64]
.section .text.c0788,"ax"
vpaddd xmm9, xmm14, [r12+36]
.section .text.c0789,"ax"
vpaddd xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0790,"ax"
vpaddd ymm1, ymm6, ymm3
.section .text.c0791,"ax"
vpaddd ymm1, ymm6, [r13+64]
.section .text.c0792,"ax"
vpaddd ymm1, ymm6, [r12+36]
.section .text.c0793,"ax"
vpaddd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0794,"ax"
vpaddd ymm9, ymm14, ymm3
.section .text.c0795,"ax"
vpaddd ymm9, ymm14, [r13+64]
.section .text.c0796,"ax"
vpaddd ymm9, ymm14, [r12+36]
.section .text.c0797,"ax"
vpaddd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0798,"ax"
vpaddd zmm1, zmm6, zmm30
.section .text.c0799,"ax"
vpaddd zmm1, zmm6, [r13+64]
.section .text.c0800,"ax"
vpaddd zmm1, zmm6, [r13+64]{1to16}
.section .text.c0801,"ax"
vpaddd zmm1, zmm6, [r12+36]
.section .text.c0802,"ax"
vpaddd zmm1, zmm6, [r12+36]{1to16}
.section .text.c0803,"ax"
vpaddd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0804,"ax"
vpaddd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c0805,"ax"
vpaddd zmm9, zmm14, zmm22
.section .text.c0806,"ax"
vpaddd zmm9, zmm14, [r13+64]
.section .text.c0807,"ax"
vpaddd zmm9, zmm14, [r13+64]{1to16}
.section .text.c0808,"ax"
vpaddd zmm9, zmm14, [r12+36]
.section .text.c0809,"ax"
vpaddd zmm9, zmm14, [r12+36]{1to16}
.section .text.c0810,"ax"
vpaddd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0811,"ax"
vpaddd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c0812,"ax"
vpaddd zmm17, zmm22, zmm14
.section .text.c0813,"ax"
vpaddd zmm17, zmm22, [r13+64]
.section .text.c0814,"ax"
vpaddd zmm17, zmm22, [r13+64]{1to16}
.section .text.c0815,"ax"
vpaddd zmm17, zmm22, [r12+36]
.section .text.c0816,"ax"
vpaddd zmm17, zmm22, [r12+36]{1to16}
.section .text.c0817,"ax"
vpaddd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c0818,"ax"
vpaddd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c0819,"ax"
vpaddd zmm31, zmm4, zmm0
.section .text.c0820,"ax"
vpaddd zmm31, zmm4, [r13+64]
.section .text.c0821,"ax"
vpaddd zmm31, zmm4, [r13+64]{1to16}
.section .text.c0822,"ax"
vpaddd zmm31, zmm4, [r12+36]
.section .text.c0823,"ax"
vpaddd zmm31, zmm4, [r12+36]{1to16}
.section .text.c0824,"ax"
vpaddd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c0825,"ax"
vpaddd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c0826,"ax"
vpsubd xmm1, xmm6, xmm3
.section .text.c0827,"ax"
vpsubd xmm1, xmm6, [r13+64]
.section .text.c0828,"ax"
vpsubd xmm1, xmm6, [r12+36]
.section .text.c0829,"ax"
vpsubd xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0830,"ax"
vpsubd xmm9, xmm14, xmm3
.section .text.c0831,"ax"
vpsubd xmm9, xmm14, [r13+64]
.section .text.c0832,"ax"
vpsubd xmm9, xmm14, [r12+36]
.section .text.c0833,"ax"
vpsubd xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0834,"ax"
vpsubd ymm1, ymm6, ymm3
.section .text.c0835,"ax"
vpsubd ymm1, ymm6, [r13+64]
.section .text.c0836,"ax"
vpsubd ymm1, ymm6, [r12+36]
.section .text.c0837,"ax"
vpsubd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0838,"ax"
vpsubd ymm9, ymm14, ymm3
.section .text.c0839,"ax"
vpsubd ymm9, ymm14, [r13+64]
.section .text.c0840,"ax"
vpsubd ymm9, ymm14, [r12+36]
.section .text.c0841,"ax"
vpsubd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0842,"ax"
vpsubd zmm1, zmm6, zmm30
.section .text.c0843,"ax"
vpsubd zmm1, zmm6, [r13+64]
.section .text.c0844,"ax"
vpsubd zmm1, zmm6, [r13+64]{1to16}
.section .text.c0845,"ax"
vpsubd zmm1, zmm6, [r12+36]
.section .text.c0846,"ax"
vpsubd zmm1, zmm6, [r12+36]{1to16}
.section .text.c0847,"ax"
vpsubd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0848,"ax"
vpsubd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c0849,"ax"
vpsubd zmm9, zmm14, zmm22
.section .text.c0850,"ax"
vpsubd zmm9, zmm14, [r13+64]
.section .text.c0851,"ax"
vpsubd zmm9, zmm14, [r13+64]{1to16}
.section .text.c0852,"ax"
vpsubd zmm9, zmm14, [r12+36]
.section .text.c0853,"ax"
vpsubd zmm9, zmm14, [r12+36]{1to16}
.section .text.c0854,"ax"
vpsubd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0855,"ax"
vpsubd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c0856,"ax"
vpsubd zmm17, zmm22, zmm14
.section .text.c0857,"ax"
vpsubd zmm17, zmm22, [r13+64]
.section .text.c0858,"ax"
vpsubd zmm17, zmm22, [r13+64]{1to16}
.section .text.c0859,"ax"
vpsubd zmm17, zmm22, [r12+36]
.section .text.c0860,"ax"
vpsubd zmm17, zmm22, [r12+36]{1to16}
.section .text.c0861,"ax"
vpsubd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c0862,"ax"
vpsubd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c0863,"ax"
vpsubd zmm31, zmm4, zmm0
.section .text.c0864,"ax"
vpsubd zmm31, zmm4, [r13+64]
.section .text.c0865,"ax"
vpsubd zmm31, zmm4, [r13+64]{1to16}
.section .text.c0866,"ax"
vpsubd zmm31, zmm4, [r12+36]
.section .text.c0867,"ax"
vpsubd zmm31, zmm4, [r12+36]{1to16}
.section .text.c0868,"ax"
vpsubd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c0869,"ax"
vpsubd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c0870,"ax"
vpaddw xmm1, xmm6, xmm3
.section .text.c0871,"ax"
vpaddw xmm1, xmm6, [r13+64]
.section .text.c0872,"ax"
vpaddw xmm1, xmm6, [r12+36]
.section .text.c0873,"ax"
vpaddw xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0874,"ax"
vpaddw xmm9, xmm14, xmm3
.section .text.c0875,"ax"
vpaddw xmm9, xmm14, [r13+64]
.section .text.c0876,"ax"
vpaddw xmm9, xmm14, [r12+36]
.section .text.c0877,"ax"
vpaddw xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0878,"ax"
vpaddw ymm1, ymm6, ymm3
.section .text.c0879,"ax"
vpaddw ymm1, ymm6, [r13+64]
.section .text.c0880,"ax"
vpaddw ymm1, ymm6, [r12+36]
.section .text.c0881,"ax"
vpaddw ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0882,"ax"
vpaddw ymm9, ymm14, ymm3
.section .text.c0883,"ax"
vpaddw ymm9, ymm14, [r13+64]
.section .text.c0884,"ax"
vpaddw ymm9, ymm14, [r12+36]
.section .text.c0885,"ax"
vpaddw ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0886,"ax"
vpaddw zmm1, zmm6, zmm30
.section .text.c0887,"ax"
vpaddw zmm1, zmm6, [r13+64]
.section .text.c0888,"ax"
vpaddw zmm1, zmm6, [r12+36]
.section .text.c0889,"ax"
vpaddw zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0890,"ax"
vpaddw zmm9, zmm14, zmm22
.section .text.c0891,"ax"
vpaddw zmm9, zmm14, [r13+64]
.section .text.c0892,"ax"
vpaddw zmm9, zmm14, [r12+36]
.section .text.c0893,"ax"
vpaddw zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0894,"ax"
vpaddw zmm17, zmm22, zmm14
.section .text.c0895,"ax"
vpaddw zmm17, zmm22, [r13+64]
.section .text.c0896,"ax"
vpaddw zmm17, zmm22, [r12+36]
.section .text.c0897,"ax"
vpaddw zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c0898,"ax"
vpaddw zmm31, zmm4, zmm0
.section .text.c0899,"ax"
vpaddw zmm31, zmm4, [r13+64]
.section .text.c0900,"ax"
vpaddw zmm31, zmm4, [r12+36]
.section .text.c0901,"ax"
vpaddw zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c0902,"ax"
vpaddb xmm1, xmm6, xmm3
.section .text.c0903,"ax"
vpaddb xmm1, xmm6, [r13+64]
.section .text.c0904,"ax"
vpaddb xmm1, xmm6, [r12+36]
.section .text.c0905,"ax"
vpaddb xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0906,"ax"
vpaddb xmm9, xmm14, xmm3
.section .text.c0907,"ax"
vpaddb xmm9, xmm14, [r13+64]
.section .text.c0908,"ax"
vpaddb xmm9, xmm14, [r12+36]
.section .text.c0909,"ax"
vpaddb xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0910,"ax"
vpaddb ymm1, ymm6, ymm3
.section .text.c0911,"ax"
vpaddb ymm1, ymm6, [r13+64]
.section .text.c0912,"ax"
vpaddb ymm1, ymm6, [r12+36]
.section .text.c0913,"ax"
vpaddb ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0914,"ax"
vpaddb ymm9, ymm14, ymm3
.section .text.c0915,"ax"
vpaddb ymm9, ymm14, [r13+64]
.section .text.c0916,"ax"
vpaddb ymm9, ymm14, [r12+36]
.section .text.c0917,"ax"
vpaddb ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0918,"ax"
vpaddb zmm1, zmm6, zmm30
.section .text.c0919,"ax"
vpaddb zmm1, zmm6, [r13+64]
.section .text.c0920,"ax"
vpaddb zmm1, zmm6, [r12+36]
.section .text.c0921,"ax"
vpaddb zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0922,"ax"
vpaddb zmm9, zmm14, zmm22
.section .text.c0923,"ax"
vpaddb zmm9, zmm14, [r13+64]
.section .text.c0924,"ax"
vpaddb zmm9, zmm14, [r12+36]
.section .text.c0925,"ax"
vpaddb zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0926,"ax"
vpaddb zmm17, zmm22, zmm14
.section .text.c0927,"ax"
vpaddb zmm17, zmm22, [r13+64]
.section .text.c0928,"ax"
vpaddb zmm17, zmm22, [r12+36]
.section .text.c0929,"ax"
vpaddb zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c0930,"ax"
vpaddb zmm31, zmm4, zmm0
.section .text.c0931,"ax"
vpaddb zmm31, zmm4, [r13+64]
.section .text.c0932,"ax"
vpaddb zmm31, zmm4, [r12+36]
.section .text.c0933,"ax"
vpaddb zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c0934,"ax"
vpsubb xmm1, xmm6, xmm3
.section .text.c0935,"ax"
vpsubb xmm1, xmm6, [r13+64]
.section .text.c0936,"ax"
vpsubb xmm1, xmm6, [r12+36]
.section .text.c0937,"ax"
vpsubb xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0938,"ax"
vpsubb xmm9, xmm14, xmm3
.section .text.c0939,"ax"
vpsubb xmm9, xmm14, [r13+64]
.section .text.c0940,"ax"
vpsubb xmm9, xmm14, [r12+36]
.section .text.c0941,"ax"
vpsubb xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0942,"ax"
vpsubb ymm1, ymm6, ymm3
.section .text.c0943,"ax"
vpsubb ymm1, ymm6, [r13+64]
.section .text.c0944,"ax"
vpsubb ymm1, ymm6, [r12+36]
.section .text.c0945,"ax"
vpsubb ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0946,"ax"
vpsubb ymm9, ymm14, ymm3
.section .text.c0947,"ax"
vpsubb ymm9, ymm14, [r13+64]
.section .text.c0948,"ax"
vpsubb ymm9, ymm14, [r12+36]
.section .text.c0949,"ax"
vpsubb ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0950,"ax"
vpsubb zmm1, zmm6, zmm30
.section .text.c0951,"ax"
vpsubb zmm1, zmm6, [r13+64]
.section .text.c0952,"ax"
vpsubb zmm1, zmm6, [r12+36]
.section .text.c0953,"ax"
vpsubb zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0954,"ax"
vpsubb zmm9, zmm14, zmm22
.section .text.c0955,"ax"
vpsubb zmm9, zmm14, [r13+64]
.section .text.c0956,"ax"
vpsubb zmm9, zmm14, [r12+36]
.section .text.c0957,"ax"
vpsubb zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0958,"ax"
vpsubb zmm17, zmm22, zmm14
.section .text.c0959,"ax"
vpsubb zmm17, zmm22, [r13+64]
.section .text.c0960,"ax"
vpsubb zmm17, zmm22, [r12+36]
.section .text.c0961,"ax"
vpsubb zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c0962,"ax"
vpsubb zmm31, zmm4, zmm0
.section .text.c0963,"ax"
vpsubb zmm31, zmm4, [r13+64]
.section .text.c0964,"ax"
vpsubb zmm31, zmm4, [r12+36]
.section .text.c0965,"ax"
vpsubb zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c0966,"ax"
vpmulld xmm1, xmm6, xmm3
.section .text.c0967,"ax"
vpmulld xmm1, xmm6, [r13+64]
.section .text.c0968,"ax"
vpmulld xmm1, xmm6, [r12+36]
.section .text.c0969,"ax"
vpmulld xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c0970,"ax"
vpmulld xmm9, xmm14, xmm3
.section .text.c0971,"ax"
vpmulld xmm9, xmm14, [r13+64]
.section .text.c0972,"ax"
vpmulld xmm9, xmm14, [r12+36]
.section .text.c0973,"ax"
vpmulld xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c0974,"ax"
vpmulld ymm1, ymm6, ymm3
.section .text.c0975,"ax"
vpmulld ymm1, ymm6, [r13+64]
.section .text.c0976,"ax"
vpmulld ymm1, ymm6, [r12+36]
.section .text.c0977,"ax"
vpmulld ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c0978,"ax"
vpmulld ymm9, ymm14, ymm3
.section .text.c0979,"ax"
vpmulld ymm9, ymm14, [r13+64]
.section .text.c0980,"ax"
vpmulld ymm9, ymm14, [r12+36]
.section .text.c0981,"ax"
vpmulld ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c0982,"ax"
vpmulld zmm1, zmm6, zmm30
.section .text.c0983,"ax"
vpmulld zmm1, zmm6, [r13+64]
.section .text.c0984,"ax"
vpmulld zmm1, zmm6, [r13+64]{1to16}
.section .text.c0985,"ax"
vpmulld zmm1, zmm6, [r12+36]
.section .text.c0986,"ax"
vpmulld zmm1, zmm6, [r12+36]{1to16}
.section .text.c0987,"ax"
vpmulld zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c0988,"ax"
vpmulld zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c0989,"ax"
vpmulld zmm9, zmm14, zmm22
.section .text.c0990,"ax"
vpmulld zmm9, zmm14, [r13+64]
.section .text.c0991,"ax"
vpmulld zmm9, zmm14, [r13+64]{1to16}
.section .text.c0992,"ax"
vpmulld zmm9, zmm14, [r12+36]
.section .text.c0993,"ax"
vpmulld zmm9, zmm14, [r12+36]{1to16}
.section .text.c0994,"ax"
vpmulld zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c0995,"ax"
vpmulld zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c0996,"ax"
vpmulld zmm17, zmm22, zmm14
.section .text.c0997,"ax"
vpmulld zmm17, zmm22, [r13+64]
.section .text.c0998,"ax"
vpmulld zmm17, zmm22, [r13+64]{1to16}
.section .text.c0999,"ax"
vpmulld zmm17, zmm22, [r12+36]
.section .text.c1000,"ax"
vpmulld zmm17, zmm22, [r12+36]{1to16}
.section .text.c1001,"ax"
vpmulld zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1002,"ax"
vpmulld zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1003,"ax"
vpmulld zmm31, zmm4, zmm0
.section .text.c1004,"ax"
vpmulld zmm31, zmm4, [r13+64]
.section .text.c1005,"ax"
vpmulld zmm31, zmm4, [r13+64]{1to16}
.section .text.c1006,"ax"
vpmulld zmm31, zmm4, [r12+36]
.section .text.c1007,"ax"
vpmulld zmm31, zmm4, [r12+36]{1to16}
.section .text.c1008,"ax"
vpmulld zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1009,"ax"
vpmulld zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1010,"ax"
vpmaddwd xmm1, xmm6, xmm3
.section .text.c1011,"ax"
vpmaddwd xmm1, xmm6, [r13+64]
.section .text.c1012,"ax"
vpmaddwd xmm1, xmm6, [r12+36]
.section .text.c1013,"ax"
vpmaddwd xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1014,"ax"
vpmaddwd xmm9, xmm14, xmm3
.section .text.c1015,"ax"
vpmaddwd xmm9, xmm14, [r13+64]
.section .text.c1016,"ax"
vpmaddwd xmm9, xmm14, [r12+36]
.section .text.c1017,"ax"
vpmaddwd xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1018,"ax"
vpmaddwd ymm1, ymm6, ymm3
.section .text.c1019,"ax"
vpmaddwd ymm1, ymm6, [r13+64]
.section .text.c1020,"ax"
vpmaddwd ymm1, ymm6, [r12+36]
.section .text.c1021,"ax"
vpmaddwd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1022,"ax"
vpmaddwd ymm9, ymm14, ymm3
.section .text.c1023,"ax"
vpmaddwd ymm9, ymm14, [r13+64]
.section .text.c1024,"ax"
vpmaddwd ymm9, ymm14, [r12+36]
.section .text.c1025,"ax"
vpmaddwd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1026,"ax"
vpmaddwd zmm1, zmm6, zmm30
.section .text.c1027,"ax"
vpmaddwd zmm1, zmm6, [r13+64]
.section .text.c1028,"ax"
vpmaddwd zmm1, zmm6, [r12+36]
.section .text.c1029,"ax"
vpmaddwd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1030,"ax"
vpmaddwd zmm9, zmm14, zmm22
.section .text.c1031,"ax"
vpmaddwd zmm9, zmm14, [r13+64]
.section .text.c1032,"ax"
vpmaddwd zmm9, zmm14, [r12+36]
.section .text.c1033,"ax"
vpmaddwd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1034,"ax"
vpmaddwd zmm17, zmm22, zmm14
.section .text.c1035,"ax"
vpmaddwd zmm17, zmm22, [r13+64]
.section .text.c1036,"ax"
vpmaddwd zmm17, zmm22, [r12+36]
.section .text.c1037,"ax"
vpmaddwd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1038,"ax"
vpmaddwd zmm31, zmm4, zmm0
.section .text.c1039,"ax"
vpmaddwd zmm31, zmm4, [r13+64]
.section .text.c1040,"ax"
vpmaddwd zmm31, zmm4, [r12+36]
.section .text.c1041,"ax"
vpmaddwd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1042,"ax"
vpmaddubsw xmm1, xmm6, xmm3
.section .text.c1043,"ax"
vpmaddubsw xmm1, xmm6, [r13+64]
.section .text.c1044,"ax"
vpmaddubsw xmm1, xmm6, [r12+36]
.section .text.c1045,"ax"
vpmaddubsw xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1046,"ax"
vpmaddubsw xmm9, xmm14, xmm3
.section .text.c1047,"ax"
vpmaddubsw xmm9, xmm14, [r13+64]
.section .text.c1048,"ax"
vpmaddubsw xmm9, xmm14, [r12+36]
.section .text.c1049,"ax"
vpmaddubsw xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1050,"ax"
vpmaddubsw ymm1, ymm6, ymm3
.section .text.c1051,"ax"
vpmaddubsw ymm1, ymm6, [r13+64]
.section .text.c1052,"ax"
vpmaddubsw ymm1, ymm6, [r12+36]
.section .text.c1053,"ax"
vpmaddubsw ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1054,"ax"
vpmaddubsw ymm9, ymm14, ymm3
.section .text.c1055,"ax"
vpmaddubsw ymm9, ymm14, [r13+64]
.section .text.c1056,"ax"
vpmaddubsw ymm9, ymm14, [r12+36]
.section .text.c1057,"ax"
vpmaddubsw ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1058,"ax"
vpmaddubsw zmm1, zmm6, zmm30
.section .text.c1059,"ax"
vpmaddubsw zmm1, zmm6, [r13+64]
.section .text.c1060,"ax"
vpmaddubsw zmm1, zmm6, [r12+36]
.section .text.c1061,"ax"
vpmaddubsw zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1062,"ax"
vpmaddubsw zmm9, zmm14, zmm22
.section .text.c1063,"ax"
vpmaddubsw zmm9, zmm14, [r13+64]
.section .text.c1064,"ax"
vpmaddubsw zmm9, zmm14, [r12+36]
.section .text.c1065,"ax"
vpmaddubsw zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1066,"ax"
vpmaddubsw zmm17, zmm22, zmm14
.section .text.c1067,"ax"
vpmaddubsw zmm17, zmm22, [r13+64]
.section .text.c1068,"ax"
vpmaddubsw zmm17, zmm22, [r12+36]
.section .text.c1069,"ax"
vpmaddubsw zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1070,"ax"
vpmaddubsw zmm31, zmm4, zmm0
.section .text.c1071,"ax"
vpmaddubsw zmm31, zmm4, [r13+64]
.section .text.c1072,"ax"
vpmaddubsw zmm31, zmm4, [r12+36]
.section .text.c1073,"ax"
vpmaddubsw zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1074,"ax"
vpand xmm1, xmm6, xmm3
.section .text.c1075,"ax"
vpand xmm1, xmm6, [r13+64]
.section .text.c1076,"ax"
vpand xmm1, xmm6, [r12+36]
.section .text.c1077,"ax"
vpand xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1078,"ax"
vpand xmm9, xmm14, xmm3
.section .text.c1079,"ax"
vpand xmm9, xmm14, [r13+64]
.section .text.c1080,"ax"
vpand xmm9, xmm14, [r12+36]
.section .text.c1081,"ax"
vpand xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1082,"ax"
vpand ymm1, ymm6, ymm3
.section .text.c1083,"ax"
vpand ymm1, ymm6, [r13+64]
.section .text.c1084,"ax"
vpand ymm1, ymm6, [r12+36]
.section .text.c1085,"ax"
vpand ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1086,"ax"
vpand ymm9, ymm14, ymm3
.section .text.c1087,"ax"
vpand ymm9, ymm14, [r13+64]
.section .text.c1088,"ax"
vpand ymm9, ymm14, [r12+36]
.section .text.c1089,"ax"
vpand ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1090,"ax"
vpandd zmm1, zmm6, zmm30
.section .text.c1091,"ax"
vpandd zmm1, zmm6, [r13+64]
.section .text.c1092,"ax"
vpandd zmm1, zmm6, [r13+64]{1to16}
.section .text.c1093,"ax"
vpandd zmm1, zmm6, [r12+36]
.section .text.c1094,"ax"
vpandd zmm1, zmm6, [r12+36]{1to16}
.section .text.c1095,"ax"
vpandd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1096,"ax"
vpandd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1097,"ax"
vpandd zmm9, zmm14, zmm22
.section .text.c1098,"ax"
vpandd zmm9, zmm14, [r13+64]
.section .text.c1099,"ax"
vpandd zmm9, zmm14, [r13+64]{1to16}
.section .text.c1100,"ax"
vpandd zmm9, zmm14, [r12+36]
.section .text.c1101,"ax"
vpandd zmm9, zmm14, [r12+36]{1to16}
.section .text.c1102,"ax"
vpandd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1103,"ax"
vpandd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1104,"ax"
vpandd zmm17, zmm22, zmm14
.section .text.c1105,"ax"
vpandd zmm17, zmm22, [r13+64]
.section .text.c1106,"ax"
vpandd zmm17, zmm22, [r13+64]{1to16}
.section .text.c1107,"ax"
vpandd zmm17, zmm22, [r12+36]
.section .text.c1108,"ax"
vpandd zmm17, zmm22, [r12+36]{1to16}
.section .text.c1109,"ax"
vpandd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1110,"ax"
vpandd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1111,"ax"
vpandd zmm31, zmm4, zmm0
.section .text.c1112,"ax"
vpandd zmm31, zmm4, [r13+64]
.section .text.c1113,"ax"
vpandd zmm31, zmm4, [r13+64]{1to16}
.section .text.c1114,"ax"
vpandd zmm31, zmm4, [r12+36]
.section .text.c1115,"ax"
vpandd zmm31, zmm4, [r12+36]{1to16}
.section .text.c1116,"ax"
vpandd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1117,"ax"
vpandd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1118,"ax"
vpor xmm1, xmm6, xmm3
.section .text.c1119,"ax"
vpor xmm1, xmm6, [r13+64]
.section .text.c1120,"ax"
vpor xmm1, xmm6, [r12+36]
.section .text.c1121,"ax"
vpor xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1122,"ax"
vpor xmm9, xmm14, xmm3
.section .text.c1123,"ax"
vpor xmm9, xmm14, [r13+64]
.section .text.c1124,"ax"
vpor xmm9, xmm14, [r12+36]
.section .text.c1125,"ax"
vpor xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1126,"ax"
vpor ymm1, ymm6, ymm3
.section .text.c1127,"ax"
vpor ymm1, ymm6, [r13+64]
.section .text.c1128,"ax"
vpor ymm1, ymm6, [r12+36]
.section .text.c1129,"ax"
vpor ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1130,"ax"
vpor ymm9, ymm14, ymm3
.section .text.c1131,"ax"
vpor ymm9, ymm14, [r13+64]
.section .text.c1132,"ax"
vpor ymm9, ymm14, [r12+36]
.section .text.c1133,"ax"
vpor ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1134,"ax"
vpord zmm1, zmm6, zmm30
.section .text.c1135,"ax"
vpord zmm1, zmm6, [r13+64]
.section .text.c1136,"ax"
vpord zmm1, zmm6, [r13+64]{1to16}
.section .text.c1137,"ax"
vpord zmm1, zmm6, [r12+36]
.section .text.c1138,"ax"
vpord zmm1, zmm6, [r12+36]{1to16}
.section .text.c1139,"ax"
vpord zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1140,"ax"
vpord zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1141,"ax"
vpord zmm9, zmm14, zmm22
.section .text.c1142,"ax"
vpord zmm9, zmm14, [r13+64]
.section .text.c1143,"ax"
vpord zmm9, zmm14, [r13+64]{1to16}
.section .text.c1144,"ax"
vpord zmm9, zmm14, [r12+36]
.section .text.c1145,"ax"
vpord zmm9, zmm14, [r12+36]{1to16}
.section .text.c1146,"ax"
vpord zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1147,"ax"
vpord zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1148,"ax"
vpord zmm17, zmm22, zmm14
.section .text.c1149,"ax"
vpord zmm17, zmm22, [r13+64]
.section .text.c1150,"ax"
vpord zmm17, zmm22, [r13+64]{1to16}
.section .text.c1151,"ax"
vpord zmm17, zmm22, [r12+36]
.section .text.c1152,"ax"
vpord zmm17, zmm22, [r12+36]{1to16}
.section .text.c1153,"ax"
vpord zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1154,"ax"
vpord zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1155,"ax"
vpord zmm31, zmm4, zmm0
.section .text.c1156,"ax"
vpord zmm31, zmm4, [r13+64]
.section .text.c1157,"ax"
vpord zmm31, zmm4, [r13+64]{1to16}
.section .text.c1158,"ax"
vpord zmm31, zmm4, [r12+36]
.section .text.c1159,"ax"
vpord zmm31, zmm4, [r12+36]{1to16}
.section .text.c1160,"ax"
vpord zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1161,"ax"
vpord zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1162,"ax"
vpxor xmm1, xmm6, xmm3
.section .text.c1163,"ax"
vpxor xmm1, xmm6, [r13+64]
.section .text.c1164,"ax"
vpxor xmm1, xmm6, [r12+36]
.section .text.c1165,"ax"
vpxor xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1166,"ax"
vpxor xmm9, xmm14, xmm3
.section .text.c1167,"ax"
vpxor xmm9, xmm14, [r13+64]
.section .text.c1168,"ax"
vpxor xmm9, xmm14, [r12+36]
.section .text.c1169,"ax"
vpxor xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1170,"ax"
vpxor ymm1, ymm6, ymm3
.section .text.c1171,"ax"
vpxor ymm1, ymm6, [r13+64]
.section .text.c1172,"ax"
vpxor ymm1, ymm6, [r12+36]
.section .text.c1173,"ax"
vpxor ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1174,"ax"
vpxor ymm9, ymm14, ymm3
.section .text.c1175,"ax"
vpxor ymm9, ymm14, [r13+64]
.section .text.c1176,"ax"
vpxor ymm9, ymm14, [r12+36]
.section .text.c1177,"ax"
vpxor ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1178,"ax"
vpxord zmm1, zmm6, zmm30
.section .text.c1179,"ax"
vpxord zmm1, zmm6, [r13+64]
.section .text.c1180,"ax"
vpxord zmm1, zmm6, [r13+64]{1to16}
.section .text.c1181,"ax"
vpxord zmm1, zmm6, [r12+36]
.section .text.c1182,"ax"
vpxord zmm1, zmm6, [r12+36]{1to16}
.section .text.c1183,"ax"
vpxord zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1184,"ax"
vpxord zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1185,"ax"
vpxord zmm9, zmm14, zmm22
.section .text.c1186,"ax"
vpxord zmm9, zmm14, [r13+64]
.section .text.c1187,"ax"
vpxord zmm9, zmm14, [r13+64]{1to16}
.section .text.c1188,"ax"
vpxord zmm9, zmm14, [r12+36]
.section .text.c1189,"ax"
vpxord zmm9, zmm14, [r12+36]{1to16}
.section .text.c1190,"ax"
vpxord zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1191,"ax"
vpxord zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1192,"ax"
vpxord zmm17, zmm22, zmm14
.section .text.c1193,"ax"
vpxord zmm17, zmm22, [r13+64]
.section .text.c1194,"ax"
vpxord zmm17, zmm22, [r13+64]{1to16}
.section .text.c1195,"ax"
vpxord zmm17, zmm22, [r12+36]
.section .text.c1196,"ax"
vpxord zmm17, zmm22, [r12+36]{1to16}
.section .text.c1197,"ax"
vpxord zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1198,"ax"
vpxord zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1199,"ax"
vpxord zmm31, zmm4, zmm0
.section .text.c1200,"ax"
vpxord zmm31, zmm4, [r13+64]
.section .text.c1201,"ax"
vpxord zmm31, zmm4, [r13+64]{1to16}
.section .text.c1202,"ax"
vpxord zmm31, zmm4, [r12+36]
.section .text.c1203,"ax"
vpxord zmm31, zmm4, [r12+36]{1to16}
.section .text.c1204,"ax"
vpxord zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1205,"ax"
vpxord zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1206,"ax"
vpmaxud xmm1, xmm6, xmm3
.section .text.c1207,"ax"
vpmaxud xmm1, xmm6, [r13+64]
.section .text.c1208,"ax"
vpmaxud xmm1, xmm6, [r12+36]
.section .text.c1209,"ax"
vpmaxud xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1210,"ax"
vpmaxud xmm9, xmm14, xmm3
.section .text.c1211,"ax"
vpmaxud xmm9, xmm14, [r13+64]
.section .text.c1212,"ax"
vpmaxud xmm9, xmm14, [r12+36]
.section .text.c1213,"ax"
vpmaxud xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1214,"ax"
vpmaxud ymm1, ymm6, ymm3
.section .text.c1215,"ax"
vpmaxud ymm1, ymm6, [r13+64]
.section .text.c1216,"ax"
vpmaxud ymm1, ymm6, [r12+36]
.section .text.c1217,"ax"
vpmaxud ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1218,"ax"
vpmaxud ymm9, ymm14, ymm3
.section .text.c1219,"ax"
vpmaxud ymm9, ymm14, [r13+64]
.section .text.c1220,"ax"
vpmaxud ymm9, ymm14, [r12+36]
.section .text.c1221,"ax"
vpmaxud ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1222,"ax"
vpmaxud zmm1, zmm6, zmm30
.section .text.c1223,"ax"
vpmaxud zmm1, zmm6, [r13+64]
.section .text.c1224,"ax"
vpmaxud zmm1, zmm6, [r13+64]{1to16}
.section .text.c1225,"ax"
vpmaxud zmm1, zmm6, [r12+36]
.section .text.c1226,"ax"
vpmaxud zmm1, zmm6, [r12+36]{1to16}
.section .text.c1227,"ax"
vpmaxud zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1228,"ax"
vpmaxud zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1229,"ax"
vpmaxud zmm9, zmm14, zmm22
.section .text.c1230,"ax"
vpmaxud zmm9, zmm14, [r13+64]
.section .text.c1231,"ax"
vpmaxud zmm9, zmm14, [r13+64]{1to16}
.section .text.c1232,"ax"
vpmaxud zmm9, zmm14, [r12+36]
.section .text.c1233,"ax"
vpmaxud zmm9, zmm14, [r12+36]{1to16}
.section .text.c1234,"ax"
vpmaxud zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1235,"ax"
vpmaxud zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1236,"ax"
vpmaxud zmm17, zmm22, zmm14
.section .text.c1237,"ax"
vpmaxud zmm17, zmm22, [r13+64]
.section .text.c1238,"ax"
vpmaxud zmm17, zmm22, [r13+64]{1to16}
.section .text.c1239,"ax"
vpmaxud zmm17, zmm22, [r12+36]
.section .text.c1240,"ax"
vpmaxud zmm17, zmm22, [r12+36]{1to16}
.section .text.c1241,"ax"
vpmaxud zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1242,"ax"
vpmaxud zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1243,"ax"
vpmaxud zmm31, zmm4, zmm0
.section .text.c1244,"ax"
vpmaxud zmm31, zmm4, [r13+64]
.section .text.c1245,"ax"
vpmaxud zmm31, zmm4, [r13+64]{1to16}
.section .text.c1246,"ax"
vpmaxud zmm31, zmm4, [r12+36]
.section .text.c1247,"ax"
vpmaxud zmm31, zmm4, [r12+36]{1to16}
.section .text.c1248,"ax"
vpmaxud zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1249,"ax"
vpmaxud zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1250,"ax"
vpcmpeqd xmm1, xmm6, xmm3
.section .text.c1251,"ax"
vpcmpeqd xmm1, xmm6, [r13+64]
.section .text.c1252,"ax"
vpcmpeqd xmm1, xmm6, [r12+36]
.section .text.c1253,"ax"
vpcmpeqd xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1254,"ax"
vpcmpeqd xmm9, xmm14, xmm3
.section .text.c1255,"ax"
vpcmpeqd xmm9, xmm14, [r13+64]
.section .text.c1256,"ax"
vpcmpeqd xmm9, xmm14, [r12+36]
.section .text.c1257,"ax"
vpcmpeqd xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1258,"ax"
vpcmpeqd ymm1, ymm6, ymm3
.section .text.c1259,"ax"
vpcmpeqd ymm1, ymm6, [r13+64]
.section .text.c1260,"ax"
vpcmpeqd ymm1, ymm6, [r12+36]
.section .text.c1261,"ax"
vpcmpeqd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1262,"ax"
vpcmpeqd ymm9, ymm14, ymm3
.section .text.c1263,"ax"
vpcmpeqd ymm9, ymm14, [r13+64]
.section .text.c1264,"ax"
vpcmpeqd ymm9, ymm14, [r12+36]
.section .text.c1265,"ax"
vpcmpeqd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1266,"ax"
vpabsb ymm1, ymm3
.section .text.c1267,"ax"
vpabsb ymm1, [r13+64]
.section .text.c1268,"ax"
vpabsb ymm1, [r12+36]
.section .text.c1269,"ax"
vpabsb ymm1, [rdx+r9*8+1000]
.section .text.c1270,"ax"
vpabsb ymm9, ymm3
.section .text.c1271,"ax"
vpabsb ymm9, [r13+64]
.section .text.c1272,"ax"
vpabsb ymm9, [r12+36]
.section .text.c1273,"ax"
vpabsb ymm9, [rdx+r9*8+1000]
.section .text.c1274,"ax"
vpabsb zmm1, zmm30
.section .text.c1275,"ax"
vpabsb zmm1, [r13+64]
.section .text.c1276,"ax"
vpabsb zmm1, [r12+36]
.section .text.c1277,"ax"
vpabsb zmm1, [rdx+r9*8+1000]
.section .text.c1278,"ax"
vpabsb zmm9, zmm22
.section .text.c1279,"ax"
vpabsb zmm9, [r13+64]
.section .text.c1280,"ax"
vpabsb zmm9, [r12+36]
.section .text.c1281,"ax"
vpabsb zmm9, [rdx+r9*8+1000]
.section .text.c1282,"ax"
vpabsb zmm17, zmm14
.section .text.c1283,"ax"
vpabsb zmm17, [r13+64]
.section .text.c1284,"ax"
vpabsb zmm17, [r12+36]
.section .text.c1285,"ax"
vpabsb zmm17, [rdx+r9*8+1000]
.section .text.c1286,"ax"
vpabsb zmm31, zmm0
.section .text.c1287,"ax"
vpabsb zmm31, [r13+64]
.section .text.c1288,"ax"
vpabsb zmm31, [r12+36]
.section .text.c1289,"ax"
vpabsb zmm31, [rdx+r9*8+1000]
.section .text.c1290,"ax"
vpsignb ymm1, ymm6, ymm3
.section .text.c1291,"ax"
vpsignb ymm1, ymm6, [r13+64]
.section .text.c1292,"ax"
vpsignb ymm1, ymm6, [r12+36]
.section .text.c1293,"ax"
vpsignb ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1294,"ax"
vpsignb ymm9, ymm14, ymm3
.section .text.c1295,"ax"
vpsignb ymm9, ymm14, [r13+64]
.section .text.c1296,"ax"
vpsignb ymm9, ymm14, [r12+36]
.section .text.c1297,"ax"
vpsignb ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1298,"ax"
vphaddd xmm1, xmm6, xmm3
.section .text.c1299,"ax"
vphaddd xmm1, xmm6, [r13+64]
.section .text.c1300,"ax"
vphaddd xmm1, xmm6, [r12+36]
.section .text.c1301,"ax"
vphaddd xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1302,"ax"
vphaddd xmm9, xmm14, xmm3
.section .text.c1303,"ax"
vphaddd xmm9, xmm14, [r13+64]
.section .text.c1304,"ax"
vphaddd xmm9, xmm14, [r12+36]
.section .text.c1305,"ax"
vphaddd xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1306,"ax"
vphaddd ymm1, ymm6, ymm3
.section .text.c1307,"ax"
vphaddd ymm1, ymm6, [r13+64]
.section .text.c1308,"ax"
vphaddd ymm1, ymm6, [r12+36]
.section .text.c1309,"ax"
vphaddd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1310,"ax"
vphaddd ymm9, ymm14, ymm3
.section .text.c1311,"ax"
vphaddd ymm9, ymm14, [r13+64]
.section .text.c1312,"ax"
vphaddd ymm9, ymm14, [r12+36]
.section .text.c1313,"ax"
vphaddd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1314,"ax"
vpsrlw xmm1, xmm11, 4
.section .text.c1315,"ax"
vpsrlw xmm9, xmm11, 4
.section .text.c1316,"ax"
vpsrlw ymm1, ymm11, 4
.section .text.c1317,"ax"
vpsrlw ymm9, ymm11, 4
.section .text.c1318,"ax"
vpsrlw zmm1, zmm30, 4
.section .text.c1319,"ax"
vpsrlw zmm9, zmm22, 4
.section .text.c1320,"ax"
vpsrlw zmm17, zmm14, 4
.section .text.c1321,"ax"
vpsrlw zmm31, zmm0, 4
.section .text.c1322,"ax"
vpsllw xmm1, xmm11, 4
.section .text.c1323,"ax"
vpsllw xmm9, xmm11, 4
.section .text.c1324,"ax"
vpsllw ymm1, ymm11, 4
.section .text.c1325,"ax"
vpsllw ymm9, ymm11, 4
.section .text.c1326,"ax"
vpsllw zmm1, zmm30, 4
.section .text.c1327,"ax"
vpsllw zmm9, zmm22, 4
.section .text.c1328,"ax"
vpsllw zmm17, zmm14, 4
.section .text.c1329,"ax"
vpsllw zmm31, zmm0, 4
.section .text.c1330,"ax"
vpsrld xmm1, xmm11, 4
.section .text.c1331,"ax"
vpsrld xmm9, xmm11, 4
.section .text.c1332,"ax"
vpsrld ymm1, ymm11, 4
.section .text.c1333,"ax"
vpsrld ymm9, ymm11, 4
.section .text.c1334,"ax"
vpsrld zmm1, zmm30, 4
.section .text.c1335,"ax"
vpsrld zmm9, zmm22, 4
.section .text.c1336,"ax"
vpsrld zmm17, zmm14, 4
.section .text.c1337,"ax"
vpsrld zmm31, zmm0, 4
.section .text.c1338,"ax"
vpsrad xmm1, xmm11, 4
.section .text.c1339,"ax"
vpsrad xmm9, xmm11, 4
.section .text.c1340,"ax"
vpsrad ymm1, ymm11, 4
.section .text.c1341,"ax"
vpsrad ymm9, ymm11, 4
.section .text.c1342,"ax"
vpsrad zmm1, zmm30, 4
.section .text.c1343,"ax"
vpsrad zmm9, zmm22, 4
.section .text.c1344,"ax"
vpsrad zmm17, zmm14, 4
.section .text.c1345,"ax"
vpsrad zmm31, zmm0, 4
.section .text.c1346,"ax"
vpslld xmm1, xmm11, 4
.section .text.c1347,"ax"
vpslld xmm9, xmm11, 4
.section .text.c1348,"ax"
vpslld ymm1, ymm11, 4
.section .text.c1349,"ax"
vpslld ymm9, ymm11, 4
.section .text.c1350,"ax"
vpslld zmm1, zmm30, 4
.section .text.c1351,"ax"
vpslld zmm9, zmm22, 4
.section .text.c1352,"ax"
vpslld zmm17, zmm14, 4
.section .text.c1353,"ax"
vpslld zmm31, zmm0, 4
.section .text.c1354,"ax"
{evex} vpdpbusd ymm1, ymm6, ymm3
.section .text.c1355,"ax"
{evex} vpdpbusd ymm1, ymm6, [r13+64]
.section .text.c1356,"ax"
{evex} vpdpbusd ymm1, ymm6, [r12+36]
.section .text.c1357,"ax"
{evex} vpdpbusd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1358,"ax"
{evex} vpdpbusd ymm9, ymm14, ymm3
.section .text.c1359,"ax"
{evex} vpdpbusd ymm9, ymm14, [r13+64]
.section .text.c1360,"ax"
{evex} vpdpbusd ymm9, ymm14, [r12+36]
.section .text.c1361,"ax"
{evex} vpdpbusd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1362,"ax"
{evex} vpdpbusd zmm1, zmm6, zmm30
.section .text.c1363,"ax"
{evex} vpdpbusd zmm1, zmm6, [r13+64]
.section .text.c1364,"ax"
{evex} vpdpbusd zmm1, zmm6, [r13+64]{1to16}
.section .text.c1365,"ax"
{evex} vpdpbusd zmm1, zmm6, [r12+36]
.section .text.c1366,"ax"
{evex} vpdpbusd zmm1, zmm6, [r12+36]{1to16}
.section .text.c1367,"ax"
{evex} vpdpbusd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1368,"ax"
{evex} vpdpbusd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1369,"ax"
{evex} vpdpbusd zmm9, zmm14, zmm22
.section .text.c1370,"ax"
{evex} vpdpbusd zmm9, zmm14, [r13+64]
.section .text.c1371,"ax"
{evex} vpdpbusd zmm9, zmm14, [r13+64]{1to16}
.section .text.c1372,"ax"
{evex} vpdpbusd zmm9, zmm14, [r12+36]
.section .text.c1373,"ax"
{evex} vpdpbusd zmm9, zmm14, [r12+36]{1to16}
.section .text.c1374,"ax"
{evex} vpdpbusd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1375,"ax"
{evex} vpdpbusd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1376,"ax"
{evex} vpdpbusd zmm17, zmm22, zmm14
.section .text.c1377,"ax"
{evex} vpdpbusd zmm17, zmm22, [r13+64]
.section .text.c1378,"ax"
{evex} vpdpbusd zmm17, zmm22, [r13+64]{1to16}
.section .text.c1379,"ax"
{evex} vpdpbusd zmm17, zmm22, [r12+36]
.section .text.c1380,"ax"
{evex} vpdpbusd zmm17, zmm22, [r12+36]{1to16}
.section .text.c1381,"ax"
{evex} vpdpbusd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1382,"ax"
{evex} vpdpbusd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1383,"ax"
{evex} vpdpbusd zmm31, zmm4, zmm0
.section .text.c1384,"ax"
{evex} vpdpbusd zmm31, zmm4, [r13+64]
.section .text.c1385,"ax"
{evex} vpdpbusd zmm31, zmm4, [r13+64]{1to16}
.section .text.c1386,"ax"
{evex} vpdpbusd zmm31, zmm4, [r12+36]
.section .text.c1387,"ax"
{evex} vpdpbusd zmm31, zmm4, [r12+36]{1to16}
.section .text.c1388,"ax"
{evex} vpdpbusd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1389,"ax"
{evex} vpdpbusd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1390,"ax"
{evex} vpdpwssd ymm1, ymm6, ymm3
.section .text.c1391,"ax"
{evex} vpdpwssd ymm1, ymm6, [r13+64]
.section .text.c1392,"ax"
{evex} vpdpwssd ymm1, ymm6, [r12+36]
.section .text.c1393,"ax"
{evex} vpdpwssd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1394,"ax"
{evex} vpdpwssd ymm9, ymm14, ymm3
.section .text.c1395,"ax"
{evex} vpdpwssd ymm9, ymm14, [r13+64]
.section .text.c1396,"ax"
{evex} vpdpwssd ymm9, ymm14, [r12+36]
.section .text.c1397,"ax"
{evex} vpdpwssd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1398,"ax"
{evex} vpdpwssd zmm1, zmm6, zmm30
.section .text.c1399,"ax"
{evex} vpdpwssd zmm1, zmm6, [r13+64]
.section .text.c1400,"ax"
{evex} vpdpwssd zmm1, zmm6, [r13+64]{1to16}
.section .text.c1401,"ax"
{evex} vpdpwssd zmm1, zmm6, [r12+36]
.section .text.c1402,"ax"
{evex} vpdpwssd zmm1, zmm6, [r12+36]{1to16}
.section .text.c1403,"ax"
{evex} vpdpwssd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1404,"ax"
{evex} vpdpwssd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1405,"ax"
{evex} vpdpwssd zmm9, zmm14, zmm22
.section .text.c1406,"ax"
{evex} vpdpwssd zmm9, zmm14, [r13+64]
.section .text.c1407,"ax"
{evex} vpdpwssd zmm9, zmm14, [r13+64]{1to16}
.section .text.c1408,"ax"
{evex} vpdpwssd zmm9, zmm14, [r12+36]
.section .text.c1409,"ax"
{evex} vpdpwssd zmm9, zmm14, [r12+36]{1to16}
.section .text.c1410,"ax"
{evex} vpdpwssd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1411,"ax"
{evex} vpdpwssd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1412,"ax"
{evex} vpdpwssd zmm17, zmm22, zmm14
.section .text.c1413,"ax"
{evex} vpdpwssd zmm17, zmm22, [r13+64]
.section .text.c1414,"ax"
{evex} vpdpwssd zmm17, zmm22, [r13+64]{1to16}
.section .text.c1415,"ax"
{evex} vpdpwssd zmm17, zmm22, [r12+36]
.section .text.c1416,"ax"
{evex} vpdpwssd zmm17, zmm22, [r12+36]{1to16}
.section .text.c1417,"ax"
{evex} vpdpwssd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1418,"ax"
{evex} vpdpwssd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1419,"ax"
{evex} vpdpwssd zmm31, zmm4, zmm0
.section .text.c1420,"ax"
{evex} vpdpwssd zmm31, zmm4, [r13+64]
.section .text.c1421,"ax"
{evex} vpdpwssd zmm31, zmm4, [r13+64]{1to16}
.section .text.c1422,"ax"
{evex} vpdpwssd zmm31, zmm4, [r12+36]
.section .text.c1423,"ax"
{evex} vpdpwssd zmm31, zmm4, [r12+36]{1to16}
.section .text.c1424,"ax"
{evex} vpdpwssd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1425,"ax"
{evex} vpdpwssd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1426,"ax"
{vex} vpdpbusd ymm1, ymm6, ymm3
.section .text.c1427,"ax"
{vex} vpdpbusd ymm1, ymm6, [r13+64]
.section .text.c1428,"ax"
{vex} vpdpbusd ymm1, ymm6, [r12+36]
.section .text.c1429,"ax"
{vex} vpdpbusd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1430,"ax"
{vex} vpdpbusd ymm9, ymm14, ymm3
.section .text.c1431,"ax"
{vex} vpdpbusd ymm9, ymm14, [r13+64]
.section .text.c1432,"ax"
{vex} vpdpbusd ymm9, ymm14, [r12+36]
.section .text.c1433,"ax"
{vex} vpdpbusd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1434,"ax"
{vex} vpdpwssd ymm1, ymm6, ymm3
.section .text.c1435,"ax"
{vex} vpdpwssd ymm1, ymm6, [r13+64]
.section .text.c1436,"ax"
{vex} vpdpwssd ymm1, ymm6, [r12+36]
.section .text.c1437,"ax"
{vex} vpdpwssd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1438,"ax"
{vex} vpdpwssd ymm9, ymm14, ymm3
.section .text.c1439,"ax"
{vex} vpdpwssd ymm9, ymm14, [r13+64]
.section .text.c1440,"ax"
{vex} vpdpwssd ymm9, ymm14, [r12+36]
.section .text.c1441,"ax"
{vex} vpdpwssd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1442,"ax"
vpternlogd ymm17, ymm6, ymm27, 0xea
.section .text.c1443,"ax"
vpternlogd ymm17, ymm6, [r13+64], 0xea
.section .text.c1444,"ax"
vpternlogd ymm17, ymm6, [r12+36]{1to8}, 0xea
.section .text.c1445,"ax"
vpternlogd zmm17, zmm6, zmm27, 0xea
.section .text.c1446,"ax"
vpternlogd zmm17, zmm6, [r13+64], 0xea
.section .text.c1447,"ax"
vpternlogd zmm17, zmm6, [r12+36]{1to16}, 0xea
.section .text.c1448,"ax"
vpshufb xmm1, xmm6, xmm3
.section .text.c1449,"ax"
vpshufb xmm1, xmm6, [r13+64]
.section .text.c1450,"ax"
vpshufb xmm1, xmm6, [r12+36]
.section .text.c1451,"ax"
vpshufb xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1452,"ax"
vpshufb xmm9, xmm14, xmm3
.section .text.c1453,"ax"
vpshufb xmm9, xmm14, [r13+64]
.section .text.c1454,"ax"
vpshufb xmm9, xmm14, [r12+36]
.section .text.c1455,"ax"
vpshufb xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1456,"ax"
vpshufb ymm1, ymm6, ymm3
.section .text.c1457,"ax"
vpshufb ymm1, ymm6, [r13+64]
.section .text.c1458,"ax"
vpshufb ymm1, ymm6, [r12+36]
.section .text.c1459,"ax"
vpshufb ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1460,"ax"
vpshufb ymm9, ymm14, ymm3
.section .text.c1461,"ax"
vpshufb ymm9, ymm14, [r13+64]
.section .text.c1462,"ax"
vpshufb ymm9, ymm14, [r12+36]
.section .text.c1463,"ax"
vpshufb ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1464,"ax"
vpshufb zmm1, zmm6, zmm30
.section .text.c1465,"ax"
vpshufb zmm1, zmm6, [r13+64]
.section .text.c1466,"ax"
vpshufb zmm1, zmm6, [r12+36]
.section .text.c1467,"ax"
vpshufb zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1468,"ax"
vpshufb zmm9, zmm14, zmm22
.section .text.c1469,"ax"
vpshufb zmm9, zmm14, [r13+64]
.section .text.c1470,"ax"
vpshufb zmm9, zmm14, [r12+36]
.section .text.c1471,"ax"
vpshufb zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1472,"ax"
vpshufb zmm17, zmm22, zmm14
.section .text.c1473,"ax"
vpshufb zmm17, zmm22, [r13+64]
.section .text.c1474,"ax"
vpshufb zmm17, zmm22, [r12+36]
.section .text.c1475,"ax"
vpshufb zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1476,"ax"
vpshufb zmm31, zmm4, zmm0
.section .text.c1477,"ax"
vpshufb zmm31, zmm4, [r13+64]
.section .text.c1478,"ax"
vpshufb zmm31, zmm4, [r12+36]
.section .text.c1479,"ax"
vpshufb zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1480,"ax"
vpshufd xmm1, xmm3, 0xd8
.section .text.c1481,"ax"
vpshufd xmm1, [r13+64], 0xd8
.section .text.c1482,"ax"
vpshufd xmm1, [r8+rsi*4+128], 0xd8
.section .text.c1483,"ax"
vpshufd xmm9, xmm3, 0xd8
.section .text.c1484,"ax"
vpshufd xmm9, [r13+64], 0xd8
.section .text.c1485,"ax"
vpshufd xmm9, [r8+rsi*4+128], 0xd8
.section .text.c1486,"ax"
vpshufd ymm1, ymm3, 0xd8
.section .text.c1487,"ax"
vpshufd ymm1, [r13+64], 0xd8
.section .text.c1488,"ax"
vpshufd ymm1, [r8+rsi*4+128], 0xd8
.section .text.c1489,"ax"
vpshufd ymm9, ymm3, 0xd8
.section .text.c1490,"ax"
vpshufd ymm9, [r13+64], 0xd8
.section .text.c1491,"ax"
vpshufd ymm9, [r8+rsi*4+128], 0xd8
.section .text.c1492,"ax"
vpshufd zmm1, zmm30, 0xd8
.section .text.c1493,"ax"
vpshufd zmm1, [r13+64], 0xd8
.section .text.c1494,"ax"
vpshufd zmm1, [r8+rsi*4+128], 0xd8
.section .text.c1495,"ax"
vpshufd zmm9, zmm22, 0xd8
.section .text.c1496,"ax"
vpshufd zmm9, [r13+64], 0xd8
.section .text.c1497,"ax"
vpshufd zmm9, [r8+rsi*4+128], 0xd8
.section .text.c1498,"ax"
vpshufd zmm17, zmm14, 0xd8
.section .text.c1499,"ax"
vpshufd zmm17, [r13+64], 0xd8
.section .text.c1500,"ax"
vpshufd zmm17, [r8+rsi*4+128], 0xd8
.section .text.c1501,"ax"
vpshufd zmm31, zmm0, 0xd8
.section .text.c1502,"ax"
vpshufd zmm31, [r13+64], 0xd8
.section .text.c1503,"ax"
vpshufd zmm31, [r8+rsi*4+128], 0xd8
.section .text.c1504,"ax"
vpermd ymm1, ymm6, ymm3
.section .text.c1505,"ax"
vpermd ymm1, ymm6, [r13+64]
.section .text.c1506,"ax"
vpermd ymm1, ymm6, [r12+36]
.section .text.c1507,"ax"
vpermd ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1508,"ax"
vpermd ymm9, ymm14, ymm3
.section .text.c1509,"ax"
vpermd ymm9, ymm14, [r13+64]
.section .text.c1510,"ax"
vpermd ymm9, ymm14, [r12+36]
.section .text.c1511,"ax"
vpermd ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1512,"ax"
vpermd zmm1, zmm6, zmm30
.section .text.c1513,"ax"
vpermd zmm1, zmm6, [r13+64]
.section .text.c1514,"ax"
vpermd zmm1, zmm6, [r13+64]{1to16}
.section .text.c1515,"ax"
vpermd zmm1, zmm6, [r12+36]
.section .text.c1516,"ax"
vpermd zmm1, zmm6, [r12+36]{1to16}
.section .text.c1517,"ax"
vpermd zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1518,"ax"
vpermd zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1519,"ax"
vpermd zmm9, zmm14, zmm22
.section .text.c1520,"ax"
vpermd zmm9, zmm14, [r13+64]
.section .text.c1521,"ax"
vpermd zmm9, zmm14, [r13+64]{1to16}
.section .text.c1522,"ax"
vpermd zmm9, zmm14, [r12+36]
.section .text.c1523,"ax"
vpermd zmm9, zmm14, [r12+36]{1to16}
.section .text.c1524,"ax"
vpermd zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1525,"ax"
vpermd zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1526,"ax"
vpermd zmm17, zmm22, zmm14
.section .text.c1527,"ax"
vpermd zmm17, zmm22, [r13+64]
.section .text.c1528,"ax"
vpermd zmm17, zmm22, [r13+64]{1to16}
.section .text.c1529,"ax"
vpermd zmm17, zmm22, [r12+36]
.section .text.c1530,"ax"
vpermd zmm17, zmm22, [r12+36]{1to16}
.section .text.c1531,"ax"
vpermd zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1532,"ax"
vpermd zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1533,"ax"
vpermd zmm31, zmm4, zmm0
.section .text.c1534,"ax"
vpermd zmm31, zmm4, [r13+64]
.section .text.c1535,"ax"
vpermd zmm31, zmm4, [r13+64]{1to16}
.section .text.c1536,"ax"
vpermd zmm31, zmm4, [r12+36]
.section .text.c1537,"ax"
vpermd zmm31, zmm4, [r12+36]{1to16}
.section .text.c1538,"ax"
vpermd zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1539,"ax"
vpermd zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1540,"ax"
vpermq ymm1, ymm3, 0xd8
.section .text.c1541,"ax"
vpermq ymm1, [r13+64], 0xd8
.section .text.c1542,"ax"
vpermq ymm1, [r8+rsi*4+128], 0xd8
.section .text.c1543,"ax"
vpermq ymm9, ymm3, 0xd8
.section .text.c1544,"ax"
vpermq ymm9, [r13+64], 0xd8
.section .text.c1545,"ax"
vpermq ymm9, [r8+rsi*4+128], 0xd8
.section .text.c1546,"ax"
vpermq zmm1, zmm30, 0xd8
.section .text.c1547,"ax"
vpermq zmm1, [r13+64], 0xd8
.section .text.c1548,"ax"
vpermq zmm1, [r8+rsi*4+128], 0xd8
.section .text.c1549,"ax"
vpermq zmm9, zmm22, 0xd8
.section .text.c1550,"ax"
vpermq zmm9, [r13+64], 0xd8
.section .text.c1551,"ax"
vpermq zmm9, [r8+rsi*4+128], 0xd8
.section .text.c1552,"ax"
vpermq zmm17, zmm14, 0xd8
.section .text.c1553,"ax"
vpermq zmm17, [r13+64], 0xd8
.section .text.c1554,"ax"
vpermq zmm17, [r8+rsi*4+128], 0xd8
.section .text.c1555,"ax"
vpermq zmm31, zmm0, 0xd8
.section .text.c1556,"ax"
vpermq zmm31, [r13+64], 0xd8
.section .text.c1557,"ax"
vpermq zmm31, [r8+rsi*4+128], 0xd8
.section .text.c1558,"ax"
vpackssdw xmm1, xmm6, xmm3
.section .text.c1559,"ax"
vpackssdw xmm1, xmm6, [r13+64]
.section .text.c1560,"ax"
vpackssdw xmm1, xmm6, [r12+36]
.section .text.c1561,"ax"
vpackssdw xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1562,"ax"
vpackssdw xmm9, xmm14, xmm3
.section .text.c1563,"ax"
vpackssdw xmm9, xmm14, [r13+64]
.section .text.c1564,"ax"
vpackssdw xmm9, xmm14, [r12+36]
.section .text.c1565,"ax"
vpackssdw xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1566,"ax"
vpackssdw ymm1, ymm6, ymm3
.section .text.c1567,"ax"
vpackssdw ymm1, ymm6, [r13+64]
.section .text.c1568,"ax"
vpackssdw ymm1, ymm6, [r12+36]
.section .text.c1569,"ax"
vpackssdw ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1570,"ax"
vpackssdw ymm9, ymm14, ymm3
.section .text.c1571,"ax"
vpackssdw ymm9, ymm14, [r13+64]
.section .text.c1572,"ax"
vpackssdw ymm9, ymm14, [r12+36]
.section .text.c1573,"ax"
vpackssdw ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1574,"ax"
vpackssdw zmm1, zmm6, zmm30
.section .text.c1575,"ax"
vpackssdw zmm1, zmm6, [r13+64]
.section .text.c1576,"ax"
vpackssdw zmm1, zmm6, [r13+64]{1to16}
.section .text.c1577,"ax"
vpackssdw zmm1, zmm6, [r12+36]
.section .text.c1578,"ax"
vpackssdw zmm1, zmm6, [r12+36]{1to16}
.section .text.c1579,"ax"
vpackssdw zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1580,"ax"
vpackssdw zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1581,"ax"
vpackssdw zmm9, zmm14, zmm22
.section .text.c1582,"ax"
vpackssdw zmm9, zmm14, [r13+64]
.section .text.c1583,"ax"
vpackssdw zmm9, zmm14, [r13+64]{1to16}
.section .text.c1584,"ax"
vpackssdw zmm9, zmm14, [r12+36]
.section .text.c1585,"ax"
vpackssdw zmm9, zmm14, [r12+36]{1to16}
.section .text.c1586,"ax"
vpackssdw zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1587,"ax"
vpackssdw zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1588,"ax"
vpackssdw zmm17, zmm22, zmm14
.section .text.c1589,"ax"
vpackssdw zmm17, zmm22, [r13+64]
.section .text.c1590,"ax"
vpackssdw zmm17, zmm22, [r13+64]{1to16}
.section .text.c1591,"ax"
vpackssdw zmm17, zmm22, [r12+36]
.section .text.c1592,"ax"
vpackssdw zmm17, zmm22, [r12+36]{1to16}
.section .text.c1593,"ax"
vpackssdw zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1594,"ax"
vpackssdw zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1595,"ax"
vpackssdw zmm31, zmm4, zmm0
.section .text.c1596,"ax"
vpackssdw zmm31, zmm4, [r13+64]
.section .text.c1597,"ax"
vpackssdw zmm31, zmm4, [r13+64]{1to16}
.section .text.c1598,"ax"
vpackssdw zmm31, zmm4, [r12+36]
.section .text.c1599,"ax"
vpackssdw zmm31, zmm4, [r12+36]{1to16}
.section .text.c1600,"ax"
vpackssdw zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1601,"ax"
vpackssdw zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1602,"ax"
vpacksswb xmm1, xmm6, xmm3
.section .text.c1603,"ax"
vpacksswb xmm1, xmm6, [r13+64]
.section .text.c1604,"ax"
vpacksswb xmm1, xmm6, [r12+36]
.section .text.c1605,"ax"
vpacksswb xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1606,"ax"
vpacksswb xmm9, xmm14, xmm3
.section .text.c1607,"ax"
vpacksswb xmm9, xmm14, [r13+64]
.section .text.c1608,"ax"
vpacksswb xmm9, xmm14, [r12+36]
.section .text.c1609,"ax"
vpacksswb xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1610,"ax"
vpacksswb ymm1, ymm6, ymm3
.section .text.c1611,"ax"
vpacksswb ymm1, ymm6, [r13+64]
.section .text.c1612,"ax"
vpacksswb ymm1, ymm6, [r12+36]
.section .text.c1613,"ax"
vpacksswb ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1614,"ax"
vpacksswb ymm9, ymm14, ymm3
.section .text.c1615,"ax"
vpacksswb ymm9, ymm14, [r13+64]
.section .text.c1616,"ax"
vpacksswb ymm9, ymm14, [r12+36]
.section .text.c1617,"ax"
vpacksswb ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1618,"ax"
vpacksswb zmm1, zmm6, zmm30
.section .text.c1619,"ax"
vpacksswb zmm1, zmm6, [r13+64]
.section .text.c1620,"ax"
vpacksswb zmm1, zmm6, [r12+36]
.section .text.c1621,"ax"
vpacksswb zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1622,"ax"
vpacksswb zmm9, zmm14, zmm22
.section .text.c1623,"ax"
vpacksswb zmm9, zmm14, [r13+64]
.section .text.c1624,"ax"
vpacksswb zmm9, zmm14, [r12+36]
.section .text.c1625,"ax"
vpacksswb zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1626,"ax"
vpacksswb zmm17, zmm22, zmm14
.section .text.c1627,"ax"
vpacksswb zmm17, zmm22, [r13+64]
.section .text.c1628,"ax"
vpacksswb zmm17, zmm22, [r12+36]
.section .text.c1629,"ax"
vpacksswb zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1630,"ax"
vpacksswb zmm31, zmm4, zmm0
.section .text.c1631,"ax"
vpacksswb zmm31, zmm4, [r13+64]
.section .text.c1632,"ax"
vpacksswb zmm31, zmm4, [r12+36]
.section .text.c1633,"ax"
vpacksswb zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1634,"ax"
vpmovzxbd ymm1, xmm3
.section .text.c1635,"ax"
vpmovzxbd ymm1, [r13+64]
.section .text.c1636,"ax"
vpmovzxbd ymm1, [r12+36]
.section .text.c1637,"ax"
vpmovzxbd ymm1, [rdx+r9*8+1000]
.section .text.c1638,"ax"
vpmovzxbd ymm9, xmm3
.section .text.c1639,"ax"
vpmovzxbd ymm9, [r13+64]
.section .text.c1640,"ax"
vpmovzxbd ymm9, [r12+36]
.section .text.c1641,"ax"
vpmovzxbd ymm9, [rdx+r9*8+1000]
.section .text.c1642,"ax"
vpmovzxbd zmm1, xmm30
.section .text.c1643,"ax"
vpmovzxbd zmm1, [r13+64]
.section .text.c1644,"ax"
vpmovzxbd zmm1, [r12+36]
.section .text.c1645,"ax"
vpmovzxbd zmm1, [rdx+r9*8+1000]
.section .text.c1646,"ax"
vpmovzxbd zmm9, xmm22
.section .text.c1647,"ax"
vpmovzxbd zmm9, [r13+64]
.section .text.c1648,"ax"
vpmovzxbd zmm9, [r12+36]
.section .text.c1649,"ax"
vpmovzxbd zmm9, [rdx+r9*8+1000]
.section .text.c1650,"ax"
vpmovzxbd zmm17, xmm14
.section .text.c1651,"ax"
vpmovzxbd zmm17, [r13+64]
.section .text.c1652,"ax"
vpmovzxbd zmm17, [r12+36]
.section .text.c1653,"ax"
vpmovzxbd zmm17, [rdx+r9*8+1000]
.section .text.c1654,"ax"
vpmovzxbd zmm31, xmm0
.section .text.c1655,"ax"
vpmovzxbd zmm31, [r13+64]
.section .text.c1656,"ax"
vpmovzxbd zmm31, [r12+36]
.section .text.c1657,"ax"
vpmovzxbd zmm31, [rdx+r9*8+1000]
.section .text.c1658,"ax"
vpmovsxbd ymm1, xmm3
.section .text.c1659,"ax"
vpmovsxbd ymm1, [r13+64]
.section .text.c1660,"ax"
vpmovsxbd ymm1, [r12+36]
.section .text.c1661,"ax"
vpmovsxbd ymm1, [rdx+r9*8+1000]
.section .text.c1662,"ax"
vpmovsxbd ymm9, xmm3
.section .text.c1663,"ax"
vpmovsxbd ymm9, [r13+64]
.section .text.c1664,"ax"
vpmovsxbd ymm9, [r12+36]
.section .text.c1665,"ax"
vpmovsxbd ymm9, [rdx+r9*8+1000]
.section .text.c1666,"ax"
vpmovsxbd zmm1, xmm30
.section .text.c1667,"ax"
vpmovsxbd zmm1, [r13+64]
.section .text.c1668,"ax"
vpmovsxbd zmm1, [r12+36]
.section .text.c1669,"ax"
vpmovsxbd zmm1, [rdx+r9*8+1000]
.section .text.c1670,"ax"
vpmovsxbd zmm9, xmm22
.section .text.c1671,"ax"
vpmovsxbd zmm9, [r13+64]
.section .text.c1672,"ax"
vpmovsxbd zmm9, [r12+36]
.section .text.c1673,"ax"
vpmovsxbd zmm9, [rdx+r9*8+1000]
.section .text.c1674,"ax"
vpmovsxbd zmm17, xmm14
.section .text.c1675,"ax"
vpmovsxbd zmm17, [r13+64]
.section .text.c1676,"ax"
vpmovsxbd zmm17, [r12+36]
.section .text.c1677,"ax"
vpmovsxbd zmm17, [rdx+r9*8+1000]
.section .text.c1678,"ax"
vpmovsxbd zmm31, xmm0
.section .text.c1679,"ax"
vpmovsxbd zmm31, [r13+64]
.section .text.c1680,"ax"
vpmovsxbd zmm31, [r12+36]
.section .text.c1681,"ax"
vpmovsxbd zmm31, [rdx+r9*8+1000]
.section .text.c1682,"ax"
vpmovzxbw ymm1, xmm3
.section .text.c1683,"ax"
vpmovzxbw ymm1, [r13+64]
.section .text.c1684,"ax"
vpmovzxbw ymm1, [r12+36]
.section .text.c1685,"ax"
vpmovzxbw ymm1, [rdx+r9*8+1000]
.section .text.c1686,"ax"
vpmovzxbw ymm9, xmm3
.section .text.c1687,"ax"
vpmovzxbw ymm9, [r13+64]
.section .text.c1688,"ax"
vpmovzxbw ymm9, [r12+36]
.section .text.c1689,"ax"
vpmovzxbw ymm9, [rdx+r9*8+1000]
.section .text.c1690,"ax"
vpmovzxbw zmm1, ymm30
.section .text.c1691,"ax"
vpmovzxbw zmm1, [r13+64]
.section .text.c1692,"ax"
vpmovzxbw zmm1, [r12+36]
.section .text.c1693,"ax"
vpmovzxbw zmm1, [rdx+r9*8+1000]
.section .text.c1694,"ax"
vpmovzxbw zmm9, ymm22
.section .text.c1695,"ax"
vpmovzxbw zmm9, [r13+64]
.section .text.c1696,"ax"
vpmovzxbw zmm9, [r12+36]
.section .text.c1697,"ax"
vpmovzxbw zmm9, [rdx+r9*8+1000]
.section .text.c1698,"ax"
vpmovzxbw zmm17, ymm14
.section .text.c1699,"ax"
vpmovzxbw zmm17, [r13+64]
.section .text.c1700,"ax"
vpmovzxbw zmm17, [r12+36]
.section .text.c1701,"ax"
vpmovzxbw zmm17, [rdx+r9*8+1000]
.section .text.c1702,"ax"
vpmovzxbw zmm31, ymm0
.section .text.c1703,"ax"
vpmovzxbw zmm31, [r13+64]
.section .text.c1704,"ax"
vpmovzxbw zmm31, [r12+36]
.section .text.c1705,"ax"
vpmovzxbw zmm31, [rdx+r9*8+1000]
.section .text.c1706,"ax"
vpmovsxbw ymm1, xmm3
.section .text.c1707,"ax"
vpmovsxbw ymm1, [r13+64]
.section .text.c1708,"ax"
vpmovsxbw ymm1, [r12+36]
.section .text.c1709,"ax"
vpmovsxbw ymm1, [rdx+r9*8+1000]
.section .text.c1710,"ax"
vpmovsxbw ymm9, xmm3
.section .text.c1711,"ax"
vpmovsxbw ymm9, [r13+64]
.section .text.c1712,"ax"
vpmovsxbw ymm9, [r12+36]
.section .text.c1713,"ax"
vpmovsxbw ymm9, [rdx+r9*8+1000]
.section .text.c1714,"ax"
vpmovsxbw zmm1, ymm30
.section .text.c1715,"ax"
vpmovsxbw zmm1, [r13+64]
.section .text.c1716,"ax"
vpmovsxbw zmm1, [r12+36]
.section .text.c1717,"ax"
vpmovsxbw zmm1, [rdx+r9*8+1000]
.section .text.c1718,"ax"
vpmovsxbw zmm9, ymm22
.section .text.c1719,"ax"
vpmovsxbw zmm9, [r13+64]
.section .text.c1720,"ax"
vpmovsxbw zmm9, [r12+36]
.section .text.c1721,"ax"
vpmovsxbw zmm9, [rdx+r9*8+1000]
.section .text.c1722,"ax"
vpmovsxbw zmm17, ymm14
.section .text.c1723,"ax"
vpmovsxbw zmm17, [r13+64]
.section .text.c1724,"ax"
vpmovsxbw zmm17, [r12+36]
.section .text.c1725,"ax"
vpmovsxbw zmm17, [rdx+r9*8+1000]
.section .text.c1726,"ax"
vpmovsxbw zmm31, ymm0
.section .text.c1727,"ax"
vpmovsxbw zmm31, [r13+64]
.section .text.c1728,"ax"
vpmovsxbw zmm31, [r12+36]
.section .text.c1729,"ax"
vpmovsxbw zmm31, [rdx+r9*8+1000]
.section .text.c1730,"ax"
vpmovzxwd ymm1, xmm3
.section .text.c1731,"ax"
vpmovzxwd ymm1, [r13+64]
.section .text.c1732,"ax"
vpmovzxwd ymm1, [r12+36]
.section .text.c1733,"ax"
vpmovzxwd ymm1, [rdx+r9*8+1000]
.section .text.c1734,"ax"
vpmovzxwd ymm9, xmm3
.section .text.c1735,"ax"
vpmovzxwd ymm9, [r13+64]
.section .text.c1736,"ax"
vpmovzxwd ymm9, [r12+36]
.section .text.c1737,"ax"
vpmovzxwd ymm9, [rdx+r9*8+1000]
.section .text.c1738,"ax"
vpmovzxwd zmm1, ymm30
.section .text.c1739,"ax"
vpmovzxwd zmm1, [r13+64]
.section .text.c1740,"ax"
vpmovzxwd zmm1, [r12+36]
.section .text.c1741,"ax"
vpmovzxwd zmm1, [rdx+r9*8+1000]
.section .text.c1742,"ax"
vpmovzxwd zmm9, ymm22
.section .text.c1743,"ax"
vpmovzxwd zmm9, [r13+64]
.section .text.c1744,"ax"
vpmovzxwd zmm9, [r12+36]
.section .text.c1745,"ax"
vpmovzxwd zmm9, [rdx+r9*8+1000]
.section .text.c1746,"ax"
vpmovzxwd zmm17, ymm14
.section .text.c1747,"ax"
vpmovzxwd zmm17, [r13+64]
.section .text.c1748,"ax"
vpmovzxwd zmm17, [r12+36]
.section .text.c1749,"ax"
vpmovzxwd zmm17, [rdx+r9*8+1000]
.section .text.c1750,"ax"
vpmovzxwd zmm31, ymm0
.section .text.c1751,"ax"
vpmovzxwd zmm31, [r13+64]
.section .text.c1752,"ax"
vpmovzxwd zmm31, [r12+36]
.section .text.c1753,"ax"
vpmovzxwd zmm31, [rdx+r9*8+1000]
.section .text.c1754,"ax"
vcvtph2ps ymm1, xmm3
.section .text.c1755,"ax"
vcvtph2ps ymm1, [r13+64]
.section .text.c1756,"ax"
vcvtph2ps ymm1, [r12+36]
.section .text.c1757,"ax"
vcvtph2ps ymm1, [rdx+r9*8+1000]
.section .text.c1758,"ax"
vcvtph2ps ymm9, xmm3
.section .text.c1759,"ax"
vcvtph2ps ymm9, [r13+64]
.section .text.c1760,"ax"
vcvtph2ps ymm9, [r12+36]
.section .text.c1761,"ax"
vcvtph2ps ymm9, [rdx+r9*8+1000]
.section .text.c1762,"ax"
vcvtph2ps zmm1, ymm30
.section .text.c1763,"ax"
vcvtph2ps zmm1, [r13+64]
.section .text.c1764,"ax"
vcvtph2ps zmm1, [r12+36]
.section .text.c1765,"ax"
vcvtph2ps zmm1, [rdx+r9*8+1000]
.section .text.c1766,"ax"
vcvtph2ps zmm9, ymm22
.section .text.c1767,"ax"
vcvtph2ps zmm9, [r13+64]
.section .text.c1768,"ax"
vcvtph2ps zmm9, [r12+36]
.section .text.c1769,"ax"
vcvtph2ps zmm9, [rdx+r9*8+1000]
.section .text.c1770,"ax"
vcvtph2ps zmm17, ymm14
.section .text.c1771,"ax"
vcvtph2ps zmm17, [r13+64]
.section .text.c1772,"ax"
vcvtph2ps zmm17, [r12+36]
.section .text.c1773,"ax"
vcvtph2ps zmm17, [rdx+r9*8+1000]
.section .text.c1774,"ax"
vcvtph2ps zmm31, ymm0
.section .text.c1775,"ax"
vcvtph2ps zmm31, [r13+64]
.section .text.c1776,"ax"
vcvtph2ps zmm31, [r12+36]
.section .text.c1777,"ax"
vcvtph2ps zmm31, [rdx+r9*8+1000]
.section .text.c1778,"ax"
vcvtdq2ps ymm1, ymm3
.section .text.c1779,"ax"
vcvtdq2ps ymm1, [r13+64]
.section .text.c1780,"ax"
vcvtdq2ps ymm1, [r12+36]
.section .text.c1781,"ax"
vcvtdq2ps ymm1, [rdx+r9*8+1000]
.section .text.c1782,"ax"
vcvtdq2ps ymm9, ymm3
.section .text.c1783,"ax"
vcvtdq2ps ymm9, [r13+64]
.section .text.c1784,"ax"
vcvtdq2ps ymm9, [r12+36]
.section .text.c1785,"ax"
vcvtdq2ps ymm9, [rdx+r9*8+1000]
.section .text.c1786,"ax"
vcvtdq2ps zmm1, zmm30
.section .text.c1787,"ax"
vcvtdq2ps zmm1, [r13+64]
.section .text.c1788,"ax"
vcvtdq2ps zmm1, [r13+64]{1to16}
.section .text.c1789,"ax"
vcvtdq2ps zmm1, [r12+36]
.section .text.c1790,"ax"
vcvtdq2ps zmm1, [r12+36]{1to16}
.section .text.c1791,"ax"
vcvtdq2ps zmm1, [rdx+r9*8+1000]
.section .text.c1792,"ax"
vcvtdq2ps zmm1, [rdx+r9*8+1000]{1to16}
.section .text.c1793,"ax"
vcvtdq2ps zmm9, zmm22
.section .text.c1794,"ax"
vcvtdq2ps zmm9, [r13+64]
.section .text.c1795,"ax"
vcvtdq2ps zmm9, [r13+64]{1to16}
.section .text.c1796,"ax"
vcvtdq2ps zmm9, [r12+36]
.section .text.c1797,"ax"
vcvtdq2ps zmm9, [r12+36]{1to16}
.section .text.c1798,"ax"
vcvtdq2ps zmm9, [rdx+r9*8+1000]
.section .text.c1799,"ax"
vcvtdq2ps zmm9, [rdx+r9*8+1000]{1to16}
.section .text.c1800,"ax"
vcvtdq2ps zmm17, zmm14
.section .text.c1801,"ax"
vcvtdq2ps zmm17, [r13+64]
.section .text.c1802,"ax"
vcvtdq2ps zmm17, [r13+64]{1to16}
.section .text.c1803,"ax"
vcvtdq2ps zmm17, [r12+36]
.section .text.c1804,"ax"
vcvtdq2ps zmm17, [r12+36]{1to16}
.section .text.c1805,"ax"
vcvtdq2ps zmm17, [rdx+r9*8+1000]
.section .text.c1806,"ax"
vcvtdq2ps zmm17, [rdx+r9*8+1000]{1to16}
.section .text.c1807,"ax"
vcvtdq2ps zmm31, zmm0
.section .text.c1808,"ax"
vcvtdq2ps zmm31, [r13+64]
.section .text.c1809,"ax"
vcvtdq2ps zmm31, [r13+64]{1to16}
.section .text.c1810,"ax"
vcvtdq2ps zmm31, [r12+36]
.section .text.c1811,"ax"
vcvtdq2ps zmm31, [r12+36]{1to16}
.section .text.c1812,"ax"
vcvtdq2ps zmm31, [rdx+r9*8+1000]
.section .text.c1813,"ax"
vcvtdq2ps zmm31, [rdx+r9*8+1000]{1to16}
.section .text.c1814,"ax"
vcvtps2dq ymm1, ymm3
.section .text.c1815,"ax"
vcvtps2dq ymm1, [r13+64]
.section .text.c1816,"ax"
vcvtps2dq ymm1, [r12+36]
.section .text.c1817,"ax"
vcvtps2dq ymm1, [rdx+r9*8+1000]
.section .text.c1818,"ax"
vcvtps2dq ymm9, ymm3
.section .text.c1819,"ax"
vcvtps2dq ymm9, [r13+64]
.section .text.c1820,"ax"
vcvtps2dq ymm9, [r12+36]
.section .text.c1821,"ax"
vcvtps2dq ymm9, [rdx+r9*8+1000]
.section .text.c1822,"ax"
vcvtps2dq zmm1, zmm30
.section .text.c1823,"ax"
vcvtps2dq zmm1, [r13+64]
.section .text.c1824,"ax"
vcvtps2dq zmm1, [r13+64]{1to16}
.section .text.c1825,"ax"
vcvtps2dq zmm1, [r12+36]
.section .text.c1826,"ax"
vcvtps2dq zmm1, [r12+36]{1to16}
.section .text.c1827,"ax"
vcvtps2dq zmm1, [rdx+r9*8+1000]
.section .text.c1828,"ax"
vcvtps2dq zmm1, [rdx+r9*8+1000]{1to16}
.section .text.c1829,"ax"
vcvtps2dq zmm9, zmm22
.section .text.c1830,"ax"
vcvtps2dq zmm9, [r13+64]
.section .text.c1831,"ax"
vcvtps2dq zmm9, [r13+64]{1to16}
.section .text.c1832,"ax"
vcvtps2dq zmm9, [r12+36]
.section .text.c1833,"ax"
vcvtps2dq zmm9, [r12+36]{1to16}
.section .text.c1834,"ax"
vcvtps2dq zmm9, [rdx+r9*8+1000]
.section .text.c1835,"ax"
vcvtps2dq zmm9, [rdx+r9*8+1000]{1to16}
.section .text.c1836,"ax"
vcvtps2dq zmm17, zmm14
.section .text.c1837,"ax"
vcvtps2dq zmm17, [r13+64]
.section .text.c1838,"ax"
vcvtps2dq zmm17, [r13+64]{1to16}
.section .text.c1839,"ax"
vcvtps2dq zmm17, [r12+36]
.section .text.c1840,"ax"
vcvtps2dq zmm17, [r12+36]{1to16}
.section .text.c1841,"ax"
vcvtps2dq zmm17, [rdx+r9*8+1000]
.section .text.c1842,"ax"
vcvtps2dq zmm17, [rdx+r9*8+1000]{1to16}
.section .text.c1843,"ax"
vcvtps2dq zmm31, zmm0
.section .text.c1844,"ax"
vcvtps2dq zmm31, [r13+64]
.section .text.c1845,"ax"
vcvtps2dq zmm31, [r13+64]{1to16}
.section .text.c1846,"ax"
vcvtps2dq zmm31, [r12+36]
.section .text.c1847,"ax"
vcvtps2dq zmm31, [r12+36]{1to16}
.section .text.c1848,"ax"
vcvtps2dq zmm31, [rdx+r9*8+1000]
.section .text.c1849,"ax"
vcvtps2dq zmm31, [rdx+r9*8+1000]{1to16}
.section .text.c1850,"ax"
vpmovdw [rdi], zmm18
.section .text.c1851,"ax"
vpmovdw [rbp], zmm18
.section .text.c1852,"ax"
vpmovdw [r13+64], zmm18
.section .text.c1853,"ax"
vpmovdw [rsp-128], zmm18
.section .text.c1854,"ax"
vpmovdw [r12+36], zmm18
.section .text.c1855,"ax"
vpmovdw [rax+4096], zmm18
.section .text.c1856,"ax"
vpmovdw [r8+rsi*4+128], zmm18
.section .text.c1857,"ax"
vpmovdw [rdx+r9*8+1000], zmm18
.section .text.c1858,"ax"
vpmovdw [rbx+rbp*1], zmm18
.section .text.c1859,"ax"
vcvtps2ph xmm3, ymm1, 0
.section .text.c1860,"ax"
vcvtps2ph xmm3, ymm9, 0
.section .text.c1861,"ax"
vcvtps2ph ymm30, zmm1, 0
.section .text.c1862,"ax"
vcvtps2ph ymm22, zmm9, 0
.section .text.c1863,"ax"
vcvtps2ph ymm14, zmm17, 0
.section .text.c1864,"ax"
vcvtps2ph ymm0, zmm31, 0
.section .text.c1865,"ax"
vpmovdw ymm21, zmm18
.section .text.c1866,"ax"
vcvtneps2bf16 xmm2, xmm17
.section .text.c1867,"ax"
vcvtneps2bf16 ymm3, zmm19
.section .text.c1868,"ax"
vaddps xmm1, xmm6, xmm3
.section .text.c1869,"ax"
vaddps xmm1, xmm6, [r13+64]
.section .text.c1870,"ax"
vaddps xmm1, xmm6, [r12+36]
.section .text.c1871,"ax"
vaddps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1872,"ax"
vaddps xmm9, xmm14, xmm3
.section .text.c1873,"ax"
vaddps xmm9, xmm14, [r13+64]
.section .text.c1874,"ax"
vaddps xmm9, xmm14, [r12+36]
.section .text.c1875,"ax"
vaddps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1876,"ax"
vaddps ymm1, ymm6, ymm3
.section .text.c1877,"ax"
vaddps ymm1, ymm6, [r13+64]
.section .text.c1878,"ax"
vaddps ymm1, ymm6, [r12+36]
.section .text.c1879,"ax"
vaddps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1880,"ax"
vaddps ymm9, ymm14, ymm3
.section .text.c1881,"ax"
vaddps ymm9, ymm14, [r13+64]
.section .text.c1882,"ax"
vaddps ymm9, ymm14, [r12+36]
.section .text.c1883,"ax"
vaddps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1884,"ax"
vaddps zmm1, zmm6, zmm30
.section .text.c1885,"ax"
vaddps zmm1, zmm6, [r13+64]
.section .text.c1886,"ax"
vaddps zmm1, zmm6, [r13+64]{1to16}
.section .text.c1887,"ax"
vaddps zmm1, zmm6, [r12+36]
.section .text.c1888,"ax"
vaddps zmm1, zmm6, [r12+36]{1to16}
.section .text.c1889,"ax"
vaddps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1890,"ax"
vaddps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1891,"ax"
vaddps zmm9, zmm14, zmm22
.section .text.c1892,"ax"
vaddps zmm9, zmm14, [r13+64]
.section .text.c1893,"ax"
vaddps zmm9, zmm14, [r13+64]{1to16}
.section .text.c1894,"ax"
vaddps zmm9, zmm14, [r12+36]
.section .text.c1895,"ax"
vaddps zmm9, zmm14, [r12+36]{1to16}
.section .text.c1896,"ax"
vaddps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1897,"ax"
vaddps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1898,"ax"
vaddps zmm17, zmm22, zmm14
.section .text.c1899,"ax"
vaddps zmm17, zmm22, [r13+64]
.section .text.c1900,"ax"
vaddps zmm17, zmm22, [r13+64]{1to16}
.section .text.c1901,"ax"
vaddps zmm17, zmm22, [r12+36]
.section .text.c1902,"ax"
vaddps zmm17, zmm22, [r12+36]{1to16}
.section .text.c1903,"ax"
vaddps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1904,"ax"
vaddps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1905,"ax"
vaddps zmm31, zmm4, zmm0
.section .text.c1906,"ax"
vaddps zmm31, zmm4, [r13+64]
.section .text.c1907,"ax"
vaddps zmm31, zmm4, [r13+64]{1to16}
.section .text.c1908,"ax"
vaddps zmm31, zmm4, [r12+36]
.section .text.c1909,"ax"
vaddps zmm31, zmm4, [r12+36]{1to16}
.section .text.c1910,"ax"
vaddps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1911,"ax"
vaddps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1912,"ax"
vmulps xmm1, xmm6, xmm3
.section .text.c1913,"ax"
vmulps xmm1, xmm6, [r13+64]
.section .text.c1914,"ax"
vmulps xmm1, xmm6, [r12+36]
.section .text.c1915,"ax"
vmulps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1916,"ax"
vmulps xmm9, xmm14, xmm3
.section .text.c1917,"ax"
vmulps xmm9, xmm14, [r13+64]
.section .text.c1918,"ax"
vmulps xmm9, xmm14, [r12+36]
.section .text.c1919,"ax"
vmulps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1920,"ax"
vmulps ymm1, ymm6, ymm3
.section .text.c1921,"ax"
vmulps ymm1, ymm6, [r13+64]
.section .text.c1922,"ax"
vmulps ymm1, ymm6, [r12+36]
.section .text.c1923,"ax"
vmulps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1924,"ax"
vmulps ymm9, ymm14, ymm3
.section .text.c1925,"ax"
vmulps ymm9, ymm14, [r13+64]
.section .text.c1926,"ax"
vmulps ymm9, ymm14, [r12+36]
.section .text.c1927,"ax"
vmulps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1928,"ax"
vmulps zmm1, zmm6, zmm30
.section .text.c1929,"ax"
vmulps zmm1, zmm6, [r13+64]
.section .text.c1930,"ax"
vmulps zmm1, zmm6, [r13+64]{1to16}
.section .text.c1931,"ax"
vmulps zmm1, zmm6, [r12+36]
.section .text.c1932,"ax"
vmulps zmm1, zmm6, [r12+36]{1to16}
.section .text.c1933,"ax"
vmulps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1934,"ax"
vmulps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1935,"ax"
vmulps zmm9, zmm14, zmm22
.section .text.c1936,"ax"
vmulps zmm9, zmm14, [r13+64]
.section .text.c1937,"ax"
vmulps zmm9, zmm14, [r13+64]{1to16}
.section .text.c1938,"ax"
vmulps zmm9, zmm14, [r12+36]
.section .text.c1939,"ax"
vmulps zmm9, zmm14, [r12+36]{1to16}
.section .text.c1940,"ax"
vmulps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1941,"ax"
vmulps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1942,"ax"
vmulps zmm17, zmm22, zmm14
.section .text.c1943,"ax"
vmulps zmm17, zmm22, [r13+64]
.section .text.c1944,"ax"
vmulps zmm17, zmm22, [r13+64]{1to16}
.section .text.c1945,"ax"
vmulps zmm17, zmm22, [r12+36]
.section .text.c1946,"ax"
vmulps zmm17, zmm22, [r12+36]{1to16}
.section .text.c1947,"ax"
vmulps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1948,"ax"
vmulps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1949,"ax"
vmulps zmm31, zmm4, zmm0
.section .text.c1950,"ax"
vmulps zmm31, zmm4, [r13+64]
.section .text.c1951,"ax"
vmulps zmm31, zmm4, [r13+64]{1to16}
.section .text.c1952,"ax"
vmulps zmm31, zmm4, [r12+36]
.section .text.c1953,"ax"
vmulps zmm31, zmm4, [r12+36]{1to16}
.section .text.c1954,"ax"
vmulps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1955,"ax"
vmulps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c1956,"ax"
vsubps xmm1, xmm6, xmm3
.section .text.c1957,"ax"
vsubps xmm1, xmm6, [r13+64]
.section .text.c1958,"ax"
vsubps xmm1, xmm6, [r12+36]
.section .text.c1959,"ax"
vsubps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c1960,"ax"
vsubps xmm9, xmm14, xmm3
.section .text.c1961,"ax"
vsubps xmm9, xmm14, [r13+64]
.section .text.c1962,"ax"
vsubps xmm9, xmm14, [r12+36]
.section .text.c1963,"ax"
vsubps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c1964,"ax"
vsubps ymm1, ymm6, ymm3
.section .text.c1965,"ax"
vsubps ymm1, ymm6, [r13+64]
.section .text.c1966,"ax"
vsubps ymm1, ymm6, [r12+36]
.section .text.c1967,"ax"
vsubps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c1968,"ax"
vsubps ymm9, ymm14, ymm3
.section .text.c1969,"ax"
vsubps ymm9, ymm14, [r13+64]
.section .text.c1970,"ax"
vsubps ymm9, ymm14, [r12+36]
.section .text.c1971,"ax"
vsubps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c1972,"ax"
vsubps zmm1, zmm6, zmm30
.section .text.c1973,"ax"
vsubps zmm1, zmm6, [r13+64]
.section .text.c1974,"ax"
vsubps zmm1, zmm6, [r13+64]{1to16}
.section .text.c1975,"ax"
vsubps zmm1, zmm6, [r12+36]
.section .text.c1976,"ax"
vsubps zmm1, zmm6, [r12+36]{1to16}
.section .text.c1977,"ax"
vsubps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c1978,"ax"
vsubps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c1979,"ax"
vsubps zmm9, zmm14, zmm22
.section .text.c1980,"ax"
vsubps zmm9, zmm14, [r13+64]
.section .text.c1981,"ax"
vsubps zmm9, zmm14, [r13+64]{1to16}
.section .text.c1982,"ax"
vsubps zmm9, zmm14, [r12+36]
.section .text.c1983,"ax"
vsubps zmm9, zmm14, [r12+36]{1to16}
.section .text.c1984,"ax"
vsubps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c1985,"ax"
vsubps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c1986,"ax"
vsubps zmm17, zmm22, zmm14
.section .text.c1987,"ax"
vsubps zmm17, zmm22, [r13+64]
.section .text.c1988,"ax"
vsubps zmm17, zmm22, [r13+64]{1to16}
.section .text.c1989,"ax"
vsubps zmm17, zmm22, [r12+36]
.section .text.c1990,"ax"
vsubps zmm17, zmm22, [r12+36]{1to16}
.section .text.c1991,"ax"
vsubps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c1992,"ax"
vsubps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c1993,"ax"
vsubps zmm31, zmm4, zmm0
.section .text.c1994,"ax"
vsubps zmm31, zmm4, [r13+64]
.section .text.c1995,"ax"
vsubps zmm31, zmm4, [r13+64]{1to16}
.section .text.c1996,"ax"
vsubps zmm31, zmm4, [r12+36]
.section .text.c1997,"ax"
vsubps zmm31, zmm4, [r12+36]{1to16}
.section .text.c1998,"ax"
vsubps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c1999,"ax"
vsubps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2000,"ax"
vmaxps xmm1, xmm6, xmm3
.section .text.c2001,"ax"
vmaxps xmm1, xmm6, [r13+64]
.section .text.c2002,"ax"
vmaxps xmm1, xmm6, [r12+36]
.section .text.c2003,"ax"
vmaxps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2004,"ax"
vmaxps xmm9, xmm14, xmm3
.section .text.c2005,"ax"
vmaxps xmm9, xmm14, [r13+64]
.section .text.c2006,"ax"
vmaxps xmm9, xmm14, [r12+36]
.section .text.c2007,"ax"
vmaxps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2008,"ax"
vmaxps ymm1, ymm6, ymm3
.section .text.c2009,"ax"
vmaxps ymm1, ymm6, [r13+64]
.section .text.c2010,"ax"
vmaxps ymm1, ymm6, [r12+36]
.section .text.c2011,"ax"
vmaxps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2012,"ax"
vmaxps ymm9, ymm14, ymm3
.section .text.c2013,"ax"
vmaxps ymm9, ymm14, [r13+64]
.section .text.c2014,"ax"
vmaxps ymm9, ymm14, [r12+36]
.section .text.c2015,"ax"
vmaxps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2016,"ax"
vmaxps zmm1, zmm6, zmm30
.section .text.c2017,"ax"
vmaxps zmm1, zmm6, [r13+64]
.section .text.c2018,"ax"
vmaxps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2019,"ax"
vmaxps zmm1, zmm6, [r12+36]
.section .text.c2020,"ax"
vmaxps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2021,"ax"
vmaxps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2022,"ax"
vmaxps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2023,"ax"
vmaxps zmm9, zmm14, zmm22
.section .text.c2024,"ax"
vmaxps zmm9, zmm14, [r13+64]
.section .text.c2025,"ax"
vmaxps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2026,"ax"
vmaxps zmm9, zmm14, [r12+36]
.section .text.c2027,"ax"
vmaxps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2028,"ax"
vmaxps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2029,"ax"
vmaxps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2030,"ax"
vmaxps zmm17, zmm22, zmm14
.section .text.c2031,"ax"
vmaxps zmm17, zmm22, [r13+64]
.section .text.c2032,"ax"
vmaxps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2033,"ax"
vmaxps zmm17, zmm22, [r12+36]
.section .text.c2034,"ax"
vmaxps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2035,"ax"
vmaxps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2036,"ax"
vmaxps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2037,"ax"
vmaxps zmm31, zmm4, zmm0
.section .text.c2038,"ax"
vmaxps zmm31, zmm4, [r13+64]
.section .text.c2039,"ax"
vmaxps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2040,"ax"
vmaxps zmm31, zmm4, [r12+36]
.section .text.c2041,"ax"
vmaxps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2042,"ax"
vmaxps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2043,"ax"
vmaxps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2044,"ax"
vminps xmm1, xmm6, xmm3
.section .text.c2045,"ax"
vminps xmm1, xmm6, [r13+64]
.section .text.c2046,"ax"
vminps xmm1, xmm6, [r12+36]
.section .text.c2047,"ax"
vminps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2048,"ax"
vminps xmm9, xmm14, xmm3
.section .text.c2049,"ax"
vminps xmm9, xmm14, [r13+64]
.section .text.c2050,"ax"
vminps xmm9, xmm14, [r12+36]
.section .text.c2051,"ax"
vminps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2052,"ax"
vminps ymm1, ymm6, ymm3
.section .text.c2053,"ax"
vminps ymm1, ymm6, [r13+64]
.section .text.c2054,"ax"
vminps ymm1, ymm6, [r12+36]
.section .text.c2055,"ax"
vminps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2056,"ax"
vminps ymm9, ymm14, ymm3
.section .text.c2057,"ax"
vminps ymm9, ymm14, [r13+64]
.section .text.c2058,"ax"
vminps ymm9, ymm14, [r12+36]
.section .text.c2059,"ax"
vminps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2060,"ax"
vminps zmm1, zmm6, zmm30
.section .text.c2061,"ax"
vminps zmm1, zmm6, [r13+64]
.section .text.c2062,"ax"
vminps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2063,"ax"
vminps zmm1, zmm6, [r12+36]
.section .text.c2064,"ax"
vminps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2065,"ax"
vminps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2066,"ax"
vminps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2067,"ax"
vminps zmm9, zmm14, zmm22
.section .text.c2068,"ax"
vminps zmm9, zmm14, [r13+64]
.section .text.c2069,"ax"
vminps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2070,"ax"
vminps zmm9, zmm14, [r12+36]
.section .text.c2071,"ax"
vminps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2072,"ax"
vminps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2073,"ax"
vminps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2074,"ax"
vminps zmm17, zmm22, zmm14
.section .text.c2075,"ax"
vminps zmm17, zmm22, [r13+64]
.section .text.c2076,"ax"
vminps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2077,"ax"
vminps zmm17, zmm22, [r12+36]
.section .text.c2078,"ax"
vminps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2079,"ax"
vminps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2080,"ax"
vminps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2081,"ax"
vminps zmm31, zmm4, zmm0
.section .text.c2082,"ax"
vminps zmm31, zmm4, [r13+64]
.section .text.c2083,"ax"
vminps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2084,"ax"
vminps zmm31, zmm4, [r12+36]
.section .text.c2085,"ax"
vminps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2086,"ax"
vminps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2087,"ax"
vminps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2088,"ax"
vdivps xmm1, xmm6, xmm3
.section .text.c2089,"ax"
vdivps xmm1, xmm6, [r13+64]
.section .text.c2090,"ax"
vdivps xmm1, xmm6, [r12+36]
.section .text.c2091,"ax"
vdivps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2092,"ax"
vdivps xmm9, xmm14, xmm3
.section .text.c2093,"ax"
vdivps xmm9, xmm14, [r13+64]
.section .text.c2094,"ax"
vdivps xmm9, xmm14, [r12+36]
.section .text.c2095,"ax"
vdivps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2096,"ax"
vdivps ymm1, ymm6, ymm3
.section .text.c2097,"ax"
vdivps ymm1, ymm6, [r13+64]
.section .text.c2098,"ax"
vdivps ymm1, ymm6, [r12+36]
.section .text.c2099,"ax"
vdivps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2100,"ax"
vdivps ymm9, ymm14, ymm3
.section .text.c2101,"ax"
vdivps ymm9, ymm14, [r13+64]
.section .text.c2102,"ax"
vdivps ymm9, ymm14, [r12+36]
.section .text.c2103,"ax"
vdivps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2104,"ax"
vdivps zmm1, zmm6, zmm30
.section .text.c2105,"ax"
vdivps zmm1, zmm6, [r13+64]
.section .text.c2106,"ax"
vdivps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2107,"ax"
vdivps zmm1, zmm6, [r12+36]
.section .text.c2108,"ax"
vdivps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2109,"ax"
vdivps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2110,"ax"
vdivps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2111,"ax"
vdivps zmm9, zmm14, zmm22
.section .text.c2112,"ax"
vdivps zmm9, zmm14, [r13+64]
.section .text.c2113,"ax"
vdivps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2114,"ax"
vdivps zmm9, zmm14, [r12+36]
.section .text.c2115,"ax"
vdivps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2116,"ax"
vdivps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2117,"ax"
vdivps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2118,"ax"
vdivps zmm17, zmm22, zmm14
.section .text.c2119,"ax"
vdivps zmm17, zmm22, [r13+64]
.section .text.c2120,"ax"
vdivps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2121,"ax"
vdivps zmm17, zmm22, [r12+36]
.section .text.c2122,"ax"
vdivps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2123,"ax"
vdivps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2124,"ax"
vdivps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2125,"ax"
vdivps zmm31, zmm4, zmm0
.section .text.c2126,"ax"
vdivps zmm31, zmm4, [r13+64]
.section .text.c2127,"ax"
vdivps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2128,"ax"
vdivps zmm31, zmm4, [r12+36]
.section .text.c2129,"ax"
vdivps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2130,"ax"
vdivps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2131,"ax"
vdivps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2132,"ax"
vfmadd231ps xmm1, xmm6, xmm3
.section .text.c2133,"ax"
vfmadd231ps xmm1, xmm6, [r13+64]
.section .text.c2134,"ax"
vfmadd231ps xmm1, xmm6, [r12+36]
.section .text.c2135,"ax"
vfmadd231ps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2136,"ax"
vfmadd231ps xmm9, xmm14, xmm3
.section .text.c2137,"ax"
vfmadd231ps xmm9, xmm14, [r13+64]
.section .text.c2138,"ax"
vfmadd231ps xmm9, xmm14, [r12+36]
.section .text.c2139,"ax"
vfmadd231ps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2140,"ax"
vfmadd231ps ymm1, ymm6, ymm3
.section .text.c2141,"ax"
vfmadd231ps ymm1, ymm6, [r13+64]
.section .text.c2142,"ax"
vfmadd231ps ymm1, ymm6, [r12+36]
.section .text.c2143,"ax"
vfmadd231ps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2144,"ax"
vfmadd231ps ymm9, ymm14, ymm3
.section .text.c2145,"ax"
vfmadd231ps ymm9, ymm14, [r13+64]
.section .text.c2146,"ax"
vfmadd231ps ymm9, ymm14, [r12+36]
.section .text.c2147,"ax"
vfmadd231ps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2148,"ax"
vfmadd231ps zmm1, zmm6, zmm30
.section .text.c2149,"ax"
vfmadd231ps zmm1, zmm6, [r13+64]
.section .text.c2150,"ax"
vfmadd231ps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2151,"ax"
vfmadd231ps zmm1, zmm6, [r12+36]
.section .text.c2152,"ax"
vfmadd231ps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2153,"ax"
vfmadd231ps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2154,"ax"
vfmadd231ps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2155,"ax"
vfmadd231ps zmm9, zmm14, zmm22
.section .text.c2156,"ax"
vfmadd231ps zmm9, zmm14, [r13+64]
.section .text.c2157,"ax"
vfmadd231ps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2158,"ax"
vfmadd231ps zmm9, zmm14, [r12+36]
.section .text.c2159,"ax"
vfmadd231ps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2160,"ax"
vfmadd231ps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2161,"ax"
vfmadd231ps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2162,"ax"
vfmadd231ps zmm17, zmm22, zmm14
.section .text.c2163,"ax"
vfmadd231ps zmm17, zmm22, [r13+64]
.section .text.c2164,"ax"
vfmadd231ps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2165,"ax"
vfmadd231ps zmm17, zmm22, [r12+36]
.section .text.c2166,"ax"
vfmadd231ps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2167,"ax"
vfmadd231ps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2168,"ax"
vfmadd231ps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2169,"ax"
vfmadd231ps zmm31, zmm4, zmm0
.section .text.c2170,"ax"
vfmadd231ps zmm31, zmm4, [r13+64]
.section .text.c2171,"ax"
vfmadd231ps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2172,"ax"
vfmadd231ps zmm31, zmm4, [r12+36]
.section .text.c2173,"ax"
vfmadd231ps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2174,"ax"
vfmadd231ps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2175,"ax"
vfmadd231ps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2176,"ax"
vfnmadd231ps xmm1, xmm6, xmm3
.section .text.c2177,"ax"
vfnmadd231ps xmm1, xmm6, [r13+64]
.section .text.c2178,"ax"
vfnmadd231ps xmm1, xmm6, [r12+36]
.section .text.c2179,"ax"
vfnmadd231ps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2180,"ax"
vfnmadd231ps xmm9, xmm14, xmm3
.section .text.c2181,"ax"
vfnmadd231ps xmm9, xmm14, [r13+64]
.section .text.c2182,"ax"
vfnmadd231ps xmm9, xmm14, [r12+36]
.section .text.c2183,"ax"
vfnmadd231ps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2184,"ax"
vfnmadd231ps ymm1, ymm6, ymm3
.section .text.c2185,"ax"
vfnmadd231ps ymm1, ymm6, [r13+64]
.section .text.c2186,"ax"
vfnmadd231ps ymm1, ymm6, [r12+36]
.section .text.c2187,"ax"
vfnmadd231ps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2188,"ax"
vfnmadd231ps ymm9, ymm14, ymm3
.section .text.c2189,"ax"
vfnmadd231ps ymm9, ymm14, [r13+64]
.section .text.c2190,"ax"
vfnmadd231ps ymm9, ymm14, [r12+36]
.section .text.c2191,"ax"
vfnmadd231ps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2192,"ax"
vfnmadd231ps zmm1, zmm6, zmm30
.section .text.c2193,"ax"
vfnmadd231ps zmm1, zmm6, [r13+64]
.section .text.c2194,"ax"
vfnmadd231ps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2195,"ax"
vfnmadd231ps zmm1, zmm6, [r12+36]
.section .text.c2196,"ax"
vfnmadd231ps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2197,"ax"
vfnmadd231ps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2198,"ax"
vfnmadd231ps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2199,"ax"
vfnmadd231ps zmm9, zmm14, zmm22
.section .text.c2200,"ax"
vfnmadd231ps zmm9, zmm14, [r13+64]
.section .text.c2201,"ax"
vfnmadd231ps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2202,"ax"
vfnmadd231ps zmm9, zmm14, [r12+36]
.section .text.c2203,"ax"
vfnmadd231ps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2204,"ax"
vfnmadd231ps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2205,"ax"
vfnmadd231ps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2206,"ax"
vfnmadd231ps zmm17, zmm22, zmm14
.section .text.c2207,"ax"
vfnmadd231ps zmm17, zmm22, [r13+64]
.section .text.c2208,"ax"
vfnmadd231ps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2209,"ax"
vfnmadd231ps zmm17, zmm22, [r12+36]
.section .text.c2210,"ax"
vfnmadd231ps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2211,"ax"
vfnmadd231ps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2212,"ax"
vfnmadd231ps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2213,"ax"
vfnmadd231ps zmm31, zmm4, zmm0
.section .text.c2214,"ax"
vfnmadd231ps zmm31, zmm4, [r13+64]
.section .text.c2215,"ax"
vfnmadd231ps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2216,"ax"
vfnmadd231ps zmm31, zmm4, [r12+36]
.section .text.c2217,"ax"
vfnmadd231ps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2218,"ax"
vfnmadd231ps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2219,"ax"
vfnmadd231ps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2220,"ax"
vfmadd213ps xmm1, xmm6, xmm3
.section .text.c2221,"ax"
vfmadd213ps xmm1, xmm6, [r13+64]
.section .text.c2222,"ax"
vfmadd213ps xmm1, xmm6, [r12+36]
.section .text.c2223,"ax"
vfmadd213ps xmm1, xmm6, [rdx+r9*8+1000]
.section .text.c2224,"ax"
vfmadd213ps xmm9, xmm14, xmm3
.section .text.c2225,"ax"
vfmadd213ps xmm9, xmm14, [r13+64]
.section .text.c2226,"ax"
vfmadd213ps xmm9, xmm14, [r12+36]
.section .text.c2227,"ax"
vfmadd213ps xmm9, xmm14, [rdx+r9*8+1000]
.section .text.c2228,"ax"
vfmadd213ps ymm1, ymm6, ymm3
.section .text.c2229,"ax"
vfmadd213ps ymm1, ymm6, [r13+64]
.section .text.c2230,"ax"
vfmadd213ps ymm1, ymm6, [r12+36]
.section .text.c2231,"ax"
vfmadd213ps ymm1, ymm6, [rdx+r9*8+1000]
.section .text.c2232,"ax"
vfmadd213ps ymm9, ymm14, ymm3
.section .text.c2233,"ax"
vfmadd213ps ymm9, ymm14, [r13+64]
.section .text.c2234,"ax"
vfmadd213ps ymm9, ymm14, [r12+36]
.section .text.c2235,"ax"
vfmadd213ps ymm9, ymm14, [rdx+r9*8+1000]
.section .text.c2236,"ax"
vfmadd213ps zmm1, zmm6, zmm30
.section .text.c2237,"ax"
vfmadd213ps zmm1, zmm6, [r13+64]
.section .text.c2238,"ax"
vfmadd213ps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2239,"ax"
vfmadd213ps zmm1, zmm6, [r12+36]
.section .text.c2240,"ax"
vfmadd213ps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2241,"ax"
vfmadd213ps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2242,"ax"
vfmadd213ps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2243,"ax"
vfmadd213ps zmm9, zmm14, zmm22
.section .text.c2244,"ax"
vfmadd213ps zmm9, zmm14, [r13+64]
.section .text.c2245,"ax"
vfmadd213ps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2246,"ax"
vfmadd213ps zmm9, zmm14, [r12+36]
.section .text.c2247,"ax"
vfmadd213ps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2248,"ax"
vfmadd213ps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2249,"ax"
vfmadd213ps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2250,"ax"
vfmadd213ps zmm17, zmm22, zmm14
.section .text.c2251,"ax"
vfmadd213ps zmm17, zmm22, [r13+64]
.section .text.c2252,"ax"
vfmadd213ps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2253,"ax"
vfmadd213ps zmm17, zmm22, [r12+36]
.section .text.c2254,"ax"
vfmadd213ps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2255,"ax"
vfmadd213ps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2256,"ax"
vfmadd213ps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2257,"ax"
vfmadd213ps zmm31, zmm4, zmm0
.section .text.c2258,"ax"
vfmadd213ps zmm31, zmm4, [r13+64]
.section .text.c2259,"ax"
vfmadd213ps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2260,"ax"
vfmadd213ps zmm31, zmm4, [r12+36]
.section .text.c2261,"ax"
vfmadd213ps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2262,"ax"
vfmadd213ps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2263,"ax"
vfmadd213ps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2264,"ax"
vdpbf16ps zmm1, zmm6, zmm30
.section .text.c2265,"ax"
vdpbf16ps zmm1, zmm6, [r13+64]
.section .text.c2266,"ax"
vdpbf16ps zmm1, zmm6, [r13+64]{1to16}
.section .text.c2267,"ax"
vdpbf16ps zmm1, zmm6, [r12+36]
.section .text.c2268,"ax"
vdpbf16ps zmm1, zmm6, [r12+36]{1to16}
.section .text.c2269,"ax"
vdpbf16ps zmm1, zmm6, [rdx+r9*8+1000]
.section .text.c2270,"ax"
vdpbf16ps zmm1, zmm6, [rdx+r9*8+1000]{1to16}
.section .text.c2271,"ax"
vdpbf16ps zmm9, zmm14, zmm22
.section .text.c2272,"ax"
vdpbf16ps zmm9, zmm14, [r13+64]
.section .text.c2273,"ax"
vdpbf16ps zmm9, zmm14, [r13+64]{1to16}
.section .text.c2274,"ax"
vdpbf16ps zmm9, zmm14, [r12+36]
.section .text.c2275,"ax"
vdpbf16ps zmm9, zmm14, [r12+36]{1to16}
.section .text.c2276,"ax"
vdpbf16ps zmm9, zmm14, [rdx+r9*8+1000]
.section .text.c2277,"ax"
vdpbf16ps zmm9, zmm14, [rdx+r9*8+1000]{1to16}
.section .text.c2278,"ax"
vdpbf16ps zmm17, zmm22, zmm14
.section .text.c2279,"ax"
vdpbf16ps zmm17, zmm22, [r13+64]
.section .text.c2280,"ax"
vdpbf16ps zmm17, zmm22, [r13+64]{1to16}
.section .text.c2281,"ax"
vdpbf16ps zmm17, zmm22, [r12+36]
.section .text.c2282,"ax"
vdpbf16ps zmm17, zmm22, [r12+36]{1to16}
.section .text.c2283,"ax"
vdpbf16ps zmm17, zmm22, [rdx+r9*8+1000]
.section .text.c2284,"ax"
vdpbf16ps zmm17, zmm22, [rdx+r9*8+1000]{1to16}
.section .text.c2285,"ax"
vdpbf16ps zmm31, zmm4, zmm0
.section .text.c2286,"ax"
vdpbf16ps zmm31, zmm4, [r13+64]
.section .text.c2287,"ax"
vdpbf16ps zmm31, zmm4, [r13+64]{1to16}
.section .text.c2288,"ax"
vdpbf16ps zmm31, zmm4, [r12+36]
.section .text.c2289,"ax"
vdpbf16ps zmm31, zmm4, [r12+36]{1to16}
.section .text.c2290,"ax"
vdpbf16ps zmm31, zmm4, [rdx+r9*8+1000]
.section .text.c2291,"ax"
vdpbf16ps zmm31, zmm4, [rdx+r9*8+1000]{1to16}
.section .text.c2292,"ax"
vmovups ymm3, [rip+9f]; vpshufd ymm4, [rip+9f], 7; .balign 64, 0xcc; 9: .long 1, 2
.section .text.c2293,"ax"
vpaddd zmm30, zmm3, [rip+9f]{1to16}; .balign 64, 0xcc; 9: .long 7
