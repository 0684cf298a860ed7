package dev.seneschal.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Every class in one container: Pax Exam shares it only among runners that exist when the first of them starts. */
@RunWith(Suite.class)
@Suite.SuiteClasses({BootTest.class, CommandTest.class, CapabilityTest.class, UpdateTest.class})
public class ContainerSuite {}
